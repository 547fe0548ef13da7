"""A network without a network: user agents and scripted peers, in virtual time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

from pbx.net.agent import UserAgent
from pbx.net.hop import Hop
from pbx.net.incoming_request import IncomingRequest
from pbx.net.session import InviteSession
from pbx.sip.message import Request, Response, response_to
from pbx.sip.parse import parse
from pbx.sip.session_events import SessionEvent
from pbx.sip.uri import Uri, parse_uri

SDP = (
    b"v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)
OTHER_SDP = SDP.replace(b"4000", b"6000")
AGENT = ("10.0.0.1", 5060)
PEER = ("10.0.0.2", 5060)


class VirtualClock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._order = count()
        self._calls: list[tuple[float, int, _Call]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], Any]) -> _Call:
        call = _Call(callback)
        heapq.heappush(self._calls, (when, next(self._order), call))
        return call

    def call_soon(self, callback: Callable[[], Any]) -> _Call:
        return self.call_at(self.now, callback)

    def advance(self, seconds: float = 0.0) -> None:
        """Let that much time pass; every call that is due on the way is made, in order."""
        end = self.now + seconds
        while self._calls and self._calls[0][0] <= end:
            when, _, call = heapq.heappop(self._calls)
            self.now = max(self.now, when)
            if not call.cancelled:
                call.callback()
        self.now = end


class _Call:
    def __init__(self, callback: Callable[[], Any]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Wire:
    """The transport of an agent under test; what it sends goes to whoever listens at the address, or is kept."""

    def __init__(self, name: str = "udp") -> None:
        self.name = name
        self.sent: list[tuple[bytes, Hop]] = []
        self.listeners: dict[tuple[str, int], Callable[[bytes], None]] = {}
        self.failing = False

    def send(self, data: bytes, hop: Hop, failed: Callable[[], None] | None) -> None:
        if self.failing:
            if failed is not None:
                failed()
            return
        self.sent.append((data, hop))
        listener = self.listeners.get(hop.remote)
        if listener is not None:
            listener(data)

    async def stop(self) -> None:
        self.sent.clear()


class House:
    """The agent under test and what it told its owners."""

    def __init__(self, **options: Any) -> None:
        self.clock = VirtualClock()
        self.invites: list[InviteSession] = []
        self.requests: list[IncomingRequest] = []
        self.events: list[SessionEvent] = []
        numbers = count(1)
        self.agent = UserAgent(
            bind=AGENT[0],
            port=AGENT[1],
            on_invite=self.on_invite,
            on_request=self.requests.append,
            clock=self.clock,
            tokens=lambda: f"token{next(numbers)}",
            chance=lambda: 0.5,
            epoch=lambda: 1_800_000_000.0,
            **options,
        )
        self.wire = Wire()
        self.agent.add_transport(self.wire)

    def on_invite(self, session: InviteSession) -> None:
        session.sink = self.events.append
        self.invites.append(session)

    def take_events(self) -> list[SessionEvent]:
        self.clock.advance()
        events, self.events[:] = list(self.events), []
        return events


class Peer:
    """A scripted phone at an address: sends what the test says, keeps what it hears."""

    def __init__(self, house: House, address: tuple[str, int] = PEER, transport: str = "udp") -> None:
        self.house = house
        self.address = address
        self.transport = transport
        self.heard: list[Request | Response] = []
        self.branches = count(1)
        house.wire.listeners[address] = lambda data: self.heard.append(parse(data))

    @property
    def host(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    def send(self, message: Request | Response | bytes) -> None:
        data = message if isinstance(message, bytes) else message.encode()
        self.house.agent.receive(data, Hop(self.transport, self.address, AGENT))

    def take(self) -> list[Request | Response]:
        """What was heard since the last time."""
        heard, self.heard[:] = list(self.heard), []
        return heard

    def take_one(self) -> Any:
        heard = self.take()
        assert len(heard) == 1, heard
        return heard[0]

    def statuses(self) -> list[int | str]:
        """What was heard since the last time: status of responses, method of requests."""
        return [message.status if isinstance(message, Response) else message.method for message in self.take()]

    def request(
        self,
        method: str,
        *,
        call_id: str = "call1",
        cseq: int = 1,
        to_tag: str = "",
        from_tag: str = "peer",
        branch: str = "",
        uri: str = "sip:100@10.0.0.1",
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
        content_type: str = "application/sdp",
    ) -> Request:
        tag = f";tag={to_tag}" if to_tag else ""
        number = branch or f"z9hG4bKpeer{next(self.branches)}"
        fields = [
            ("Via", f"SIP/2.0/{self.transport.upper()} {self.host};branch={number};rport"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:peer@{self.host}>;tag={from_tag}"),
            ("To", f"<sip:100@10.0.0.1>{tag}"),
            ("Call-ID", call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", f"<sip:peer@{self.host}>"),
            *headers,
        ]
        if body:
            fields.append(("Content-Type", content_type))
        return Request(method, uri, fields, body)

    def respond(
        self,
        request: Request,
        status: int,
        tag: str = "peer",
        sdp: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        contact = (("Contact", f"<sip:peer@{self.host}>"),)
        self.send(
            response_to(
                request, status, to_tag=tag, headers=contact + headers, body=sdp, content_type="application/sdp"
            )
        )


def call_in(house: House, peer: Peer, *, sdp: bytes = SDP, headers: tuple[tuple[str, str], ...] = ()) -> InviteSession:
    """An INVITE of the peer; the session that it became."""
    peer.send(peer.request("INVITE", body=sdp, headers=headers))
    return house.invites[-1]


def answered_call_in(house: House, peer: Peer, headers: tuple[tuple[str, str], ...] = ()) -> InviteSession:
    """A call of the peer, answered and acknowledged; nothing left to be read."""
    session = call_in(house, peer, headers=headers)
    session.accept(SDP)
    peer.send(peer.request("ACK", to_tag=session.local_tag))
    peer.take()
    house.take_events()
    return session


def call_out(house: House, *, sdp: bytes | None = SDP, **options: Any) -> InviteSession:
    """A call of ours to the peer."""
    from pbx.sip.name_address import NameAddress

    target = parse_uri(f"sip:peer@{PEER[0]}:{PEER[1]}")
    return house.agent.invite(
        target,
        options.pop("via", Hop("udp", PEER)),
        from_=NameAddress(Uri("sip", "100", "10.0.0.1")),
        to=NameAddress(target),
        sdp=sdp,
        sink=house.events.append,
        **options,
    )


def answered_call_out(house: House, peer: Peer, headers: tuple[tuple[str, str], ...] = ()) -> InviteSession:
    """A call of ours that the peer has answered; nothing left to be read."""
    session = call_out(house)
    peer.respond(peer.take_one(), 200, sdp=SDP, headers=headers)
    peer.take()
    house.take_events()
    return session
