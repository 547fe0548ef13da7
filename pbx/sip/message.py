"""Requests and responses. What is in a header is read when it is asked for, and once (RFC 3261 §7)."""

from __future__ import annotations

from pbx.sip.cseq import CSeq, parse_cseq
from pbx.sip.errors import LocalError, MalformedError, RemoteError
from pbx.sip.headers import KNOWN_NAMES, HeaderList, Headers, header_name
from pbx.sip.lazy import lazy
from pbx.sip.name_address import NameAddress, parse_name_address
from pbx.sip.reason_phrase import reason_phrase
from pbx.sip.uri import Uri, parse_uri
from pbx.sip.via import Via, parse_via


class Message:
    """What requests and responses share. The properties raise MalformedError when their header cannot be read."""

    fault: RemoteError | None = None  # what the parser found wrong although the message can be answered

    def __init__(self, headers: Headers, body: bytes = b"") -> None:
        self.headers = headers
        self.body = body

    def required(self, name: str) -> str:
        """The value of a header that must be there. Raises MalformedError."""
        value = self.headers.get(name)
        if value is None:
            raise MalformedError(f"no {header_name(name)}")
        return value

    @lazy
    def vias(self) -> list[Via]:
        """Every Via, topmost first."""
        return [self.via, *(parse_via(value) for value in self.headers.values("via")[1:])]

    @lazy
    def via(self) -> Via:
        """The topmost Via."""
        values = self.headers.values("via")
        if not values:
            raise MalformedError("no Via")
        return parse_via(values[0])

    @lazy
    def from_(self) -> NameAddress:
        return parse_name_address(self.required("from"))

    @lazy
    def to(self) -> NameAddress:
        return parse_name_address(self.required("to"))

    @lazy
    def call_id(self) -> str:
        value = self.required("call-id").strip()
        if not value or " " in value:
            raise MalformedError("not a Call-ID")
        return value

    @lazy
    def cseq(self) -> CSeq:
        return parse_cseq(self.required("cseq"))

    @lazy
    def contacts(self) -> list[NameAddress]:
        """Every Contact but ``*``."""
        return [parse_name_address(value) for value in self.headers.values("contact") if value != "*"]

    @property
    def contact(self) -> NameAddress | None:
        """The first Contact."""
        return self.contacts[0] if self.contacts else None

    @lazy
    def content_type(self) -> str:
        """The media type in lower case without parameters; "" when there is none."""
        return (self.headers.get("content-type") or "").partition(";")[0].strip().lower()

    @property
    def sdp(self) -> bytes | None:
        """The session description in the body, also when it is one part of several (RFC 5621); None without one."""
        if not self.body:
            return None
        if self.content_type == "application/sdp":
            return self.body
        if self.content_type.startswith("multipart/"):
            from pbx.sip.multipart import find_part

            return find_part(self.headers.get("content-type") or "", self.body, "application/sdp")
        return None

    @property
    def size(self) -> int:
        """About as many octets as it has without its start line."""
        return len(self.body) + sum(len(key) + len(value) + 4 for key, value in self.headers.fields)

    def forget(self, *names: str) -> None:
        """Read these headers anew: they have been changed."""
        for name in names:
            self.__dict__.pop(name, None)

    def _encode(self, start_line: str) -> bytes:
        lines, known = [start_line], KNOWN_NAMES.get
        lines += [
            f"{known(key) or header_name(key)}: {value}"
            for key, value in self.headers.fields
            if key != "content-length"
        ]
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) + 1 or head.count("\r") != len(lines) + 1:
            raise LocalError("a line break within a header")
        return head.encode("utf-8", "surrogateescape") + self.body


class Request(Message):
    """A request. ``uri_text`` is the Request-URI as written."""

    def __init__(self, method: str, uri: Uri | str, headers: Headers | HeaderList = (), body: bytes = b"") -> None:
        super().__init__(headers if isinstance(headers, Headers) else Headers(headers), body)
        self.method = method
        self.uri_text = str(uri)

    @lazy
    def uri(self) -> Uri:
        return parse_uri(self.uri_text)

    @lazy
    def max_forwards(self) -> int:
        """Hops left; 70 when the sender named none (§20.22). Raises MalformedError."""
        value = (self.headers.get("max-forwards") or "70").strip()
        if not value.isascii() or not value.isdigit() or len(value) > 10 or int(value) > 255:
            raise MalformedError("not a number from 0 to 255 in Max-Forwards")
        return int(value)

    def encode(self) -> bytes:
        return self._encode(f"{self.method} {self.uri_text} SIP/2.0")

    def __repr__(self) -> str:
        return f"<{self.method} {self.uri_text}>"


class Response(Message):
    """A response."""

    def __init__(
        self, status: int, reason: str | None = None, headers: Headers | HeaderList = (), body: bytes = b""
    ) -> None:
        super().__init__(headers if isinstance(headers, Headers) else Headers(headers), body)
        self.status = status
        self.reason = reason_phrase(status) if reason is None else reason

    def encode(self) -> bytes:
        return self._encode(f"SIP/2.0 {self.status} {self.reason}")

    def __repr__(self) -> str:
        return f"<{self.status} {self.reason}>"


_COPIED = frozenset({"via", "from", "to", "call-id", "cseq"})
_COPIED_BY_TRYING = _COPIED | {"timestamp"}
_COPIED_INTO_A_DIALOG = _COPIED | {"record-route"}
_MAKE_DIALOGS = frozenset({"INVITE", "SUBSCRIBE", "REFER"})


def response_to(
    request: Request,
    status: int,
    reason: str | None = None,
    *,
    to_tag: str | None = None,
    headers: HeaderList = (),
    body: bytes = b"",
    content_type: str = "",
) -> Response:
    """A response with what it copies from its request (§8.2.6); one that makes a dialog, its way too (§12.1.1).

    ``to_tag`` is added to a To that has none, except to a 100.
    """
    copied = _COPIED_BY_TRYING if status == 100 else _COPIED
    if 100 < status < 300 and request.method in _MAKE_DIALOGS:
        copied = _COPIED_INTO_A_DIALOG
    fields = [pair for pair in request.headers.fields if pair[0] in copied]
    if to_tag and status > 100 and request.to.tag is None:
        fields = [(key, f"{value};tag={to_tag}" if key == "to" else value) for key, value in fields]
    response = Response(status, reason, Headers.of_keys(fields), body)
    response.headers.extend(headers)
    if body and content_type:
        response.headers.set("content-type", content_type)
    return response
