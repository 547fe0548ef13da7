"""Dialogs (RFC 3261 §12): who talks to whom, by which route, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.sip.cseq import MAX_SEQUENCE
from pbx.sip.errors import MalformedError, RemoteError
from pbx.sip.headers import HeaderList, Headers
from pbx.sip.message import Message, Request, Response
from pbx.sip.name_address import parse_name_address
from pbx.sip.uri import Uri


class OutOfOrderError(RemoteError):
    """A request older than one seen before in its dialog (§12.2.2)."""

    status = 500
    reason = "Server Internal Error"


@dataclass(slots=True)
class Dialog:
    """One dialog. ``local`` and ``remote`` are header values with their tags; sequence 0 means none yet."""

    call_id: str
    local: str
    remote: str
    local_tag: str
    remote_tag: str
    remote_target: Uri
    route_set: tuple[str, ...] = ()
    local_sequence: int = 0
    remote_sequence: int = 0

    @classmethod
    def of_server(cls, request: Request, local_tag: str) -> Dialog:
        """The dialog that our response to ``request`` creates (§12.1.1). Raises MalformedError without a Contact."""
        target = _target(request)
        local = request.required("to")
        if request.to.tag is None:
            local = f"{local};tag={local_tag}"
        return cls(
            call_id=request.call_id,
            local=local,
            remote=request.required("from"),
            local_tag=local_tag,
            remote_tag=request.from_.tag or "",
            remote_target=target,
            route_set=tuple(request.headers.values("record-route")),
            remote_sequence=request.cseq.number,
        )

    @classmethod
    def of_client(cls, request: Request, response: Response) -> Dialog:
        """The dialog that a response to our request creates (§12.1.2).

        Without a Contact, which a 2xx must have, requests go where this one went.
        """
        contact = response.contact
        return cls(
            call_id=request.call_id,
            local=request.required("from"),
            remote=response.required("to"),
            local_tag=request.from_.tag or "",
            remote_tag=response.to.tag or "",
            remote_target=contact.uri if contact is not None and contact.uri.is_sip else request.uri,
            route_set=tuple(reversed(response.headers.values("record-route"))),
            local_sequence=request.cseq.number,
        )

    def take(self, request: Request) -> None:
        """Check the order of a request of the peer and remember it. Raises OutOfOrderError (§12.2.2)."""
        number = request.cseq.number
        if request.method == "ACK":
            return
        if number < self.remote_sequence:
            raise OutOfOrderError(f"CSeq {number} after {self.remote_sequence}")
        self.remote_sequence = number

    def refresh_target(self, message: Message) -> None:
        """A re-INVITE, an UPDATE and their 2xx may move the peer (§12.2.1.2, RFC 3311 §5.1)."""
        contact = message.contact
        if contact is not None and contact.uri.is_sip:
            self.remote_target = contact.uri

    def request(self, method: str, headers: HeaderList = (), body: bytes = b"", content_type: str = "") -> Request:
        """The next request of ours, without Via (§12.2.1.1)."""
        self.local_sequence = self.local_sequence % MAX_SEQUENCE + 1
        return self._build(method, self.local_sequence, headers, body, content_type)

    def ack(self, number: int, body: bytes = b"") -> Request:
        """The ACK to the 2xx of the INVITE with this CSeq number (§13.2.2.4), without Via."""
        return self._build("ACK", number, (), body, "application/sdp")

    def _build(self, method: str, number: int, headers: HeaderList, body: bytes, content_type: str) -> Request:
        target = self.remote_target.without_headers()
        routes = list(self.route_set)
        if routes and parse_name_address(routes[0]).uri.parameter("lr") is None:
            # A strict router finds itself in the request line and the target at the end (§12.2.1.1).
            first = parse_name_address(routes.pop(0)).uri
            routes.append(f"<{target}>")
            target = first
        fields = Headers([("Max-Forwards", "70"), ("From", self.local), ("To", self.remote)])
        fields.extend((("Call-ID", self.call_id), ("CSeq", f"{number} {method}")))
        fields.extend(("Route", route) for route in routes)
        fields.extend(headers)
        if body:
            fields.add("Content-Type", content_type)
        return Request(method, target, fields, body)

    @property
    def next_hop(self) -> Uri:
        """Whom to send a request to: the first proxy of the route, else the peer itself."""
        return parse_name_address(self.route_set[0]).uri if self.route_set else self.remote_target


def _target(request: Request) -> Uri:
    contact = request.contact
    if contact is None or len(request.headers.values("contact")) != 1 or not contact.uri.is_sip:
        raise MalformedError("an INVITE with no, or more than one, Contact")
    for route in request.headers.values("record-route"):
        parse_name_address(route)
    return contact.uri
