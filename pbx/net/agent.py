"""The exchange's SIP user agent: every socket, transaction and dialog (RFC 3261 §8, §17, §18)."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import time
from collections import Counter
from collections.abc import Callable

from pbx.net.clock import Clock
from pbx.net.errors import AddressInUseError
from pbx.net.gate import Gate
from pbx.net.hop import Hop
from pbx.net.incoming_request import IncomingRequest
from pbx.net.limits import Limits
from pbx.net.local_address import LocalAddress
from pbx.net.long_requests import LongRequests
from pbx.net.next_hop import next_hop
from pbx.net.outgoing_request import OutgoingRequest
from pbx.net.reception import Reception
from pbx.net.session import InviteSession, Sink
from pbx.net.sources import Sources
from pbx.net.timers import Timers
from pbx.net.tokens import Tokens
from pbx.net.transactions import ClientUser, Transactions
from pbx.net.transport import Transport
from pbx.net.transport_tcp import TcpTransport
from pbx.net.transport_udp_both import BothUdpTransport
from pbx.sip.digest_client import Credentials
from pbx.sip.errors import RemoteError
from pbx.sip.headers import HeaderList, Headers
from pbx.sip.message import Request, Response, response_to
from pbx.sip.name_address import NameAddress
from pbx.sip.parse import check_response, parse
from pbx.sip.session import Surroundings
from pbx.sip.session_client import ClientSession, build_invite
from pbx.sip.session_events import SessionState
from pbx.sip.session_outputs import Abandon, Respond, SendAck, SendCancel, SendRequest, SessionOutput
from pbx.sip.timing import Timing
from pbx.sip.uri import Uri
from pbx.sip.via import MAGIC

log = logging.getLogger(__name__)

Trace = Callable[[str, Hop, bytes, float], None]  # direction ("in", "out"), hop, message, now (epoch seconds)

_PORT_ATTEMPTS = 20


class UserAgent:
    """UDP and TCP on one port. ``on_invite`` gets every new call, ``on_request`` what else is outside a dialog;
    ``on_connection_lost`` hears the number (``Hop.connection``) of each stream connection that is gone.

    ``bind_v6``: an IPv6 address to listen on beside ``bind``, on the same port; "" for none.

    ``clock`` (an event loop has its shape), ``epoch``, ``tokens`` and ``chance`` are inputs, so that a test decides
    them; ``trusted`` tells the addresses (of trunks) that have no per-source limits; ``gate`` judges requests outside a
    dialog before anything is remembered of them.
    """

    def __init__(
        self,
        *,
        bind: str,
        port: int,
        on_invite: Callable[[InviteSession], None],
        on_request: Callable[[IncomingRequest], None],
        on_connection_lost: Callable[[int], None] | None = None,
        bind_v6: str = "",
        advertised: str = "",
        domain: str = "",
        limits: Limits | None = None,
        trusted: Callable[[str], bool] | None = None,
        gate: Gate | None = None,
        trace: Trace | None = None,
        product: str = "Centralita",
        timing: Timing | None = None,
        clock: Clock | None = None,
        epoch: Callable[[], float] = time.time,
        tokens: Callable[[], str] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.on_invite = on_invite
        self.on_request = on_request
        self._on_connection_lost = on_connection_lost
        self.domain = domain
        self.limits = limits or Limits()
        self.gate = gate
        self.trace = trace
        self.tokens = tokens or Tokens()
        self.sessions: dict[tuple[str, str], InviteSession] = {}
        self._incoming: dict[tuple[str, str], InviteSession] = {}  # by Call-ID and the caller's tag
        self.clock: Clock = clock or asyncio.get_running_loop()
        self.timers = Timers(self.clock)
        self.timing = timing or Timing()
        self.sources = Sources(self.limits, trusted)
        self.transactions = Transactions(self._send, self.clock, self.timers, self.timing, self.limits)
        self._bind = bind
        self._port = port
        self._bind_v6 = bind_v6
        self._address = LocalAddress(bind, advertised, bind_v6)
        self._product = product
        self._epoch = epoch
        self._tag_key = self.tokens().encode()
        self._chance = chance
        self._counters: Counter[str] = Counter()
        self._reception = Reception(self)
        self._long_requests = LongRequests(self._send_over, self.clock.time)
        self._transports: dict[str, Transport] = {}
        self._ports: dict[str, int] = {}  # by transport; 0 for the user agent's own

    # --- Sockets ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the sockets. Raises AddressInUseError."""
        attempts = 1 if self._port else _PORT_ATTEMPTS
        for attempt in range(1, attempts + 1):
            udp = BothUdpTransport(self.receive, self.count, self._undelivered)
            tcp = TcpTransport(self.receive, self.count, self.limits, self.sources.is_trusted, self._on_connection_lost)
            try:
                port = await udp.start(self._bind, self._port, self._bind_v6)
                await tcp.start(self._bind, port, self._bind_v6)
            except AddressInUseError:
                await udp.stop()
                if attempt == attempts:
                    raise
                continue
            self._port = port
            self.add_transport(udp)
            self.add_transport(tcp)
            return

    def add_transport(self, transport: Transport, port: int = 0) -> None:
        """Another way to send, for hops with its name. ``port`` is where peers reach it, unless that is our own."""
        self._transports[transport.name] = transport
        self._ports[transport.name] = port
        if isinstance(transport, TcpTransport):
            transport.on_closed = self.transactions.connection_lost

    async def stop(self) -> None:
        """Close the sockets; calls that still run are not ended by this."""
        self.timers.stop()
        for transport in self._transports.values():
            await transport.stop()
        self._transports.clear()

    @property
    def port(self) -> int:
        """The port that is bound (also when 0 was asked for)."""
        return self._port

    def contact(self, hop: Hop, user: str = "", *, secure: bool = False) -> Uri:
        """Our Contact as a peer at ``hop`` reaches us; ``secure``: a sips URI (RFC 3261 §8.1.1.8, §12.1.1)."""
        address, port = self._address.towards(hop.host), self._port_of(hop)
        if secure:
            return Uri("sips", user, address, port)
        uri = Uri("sip", user, address, port)
        return uri if hop.transport == "udp" else uri.with_parameter("transport", hop.uri_transport)

    def counters(self) -> dict[str, int]:
        """What was received, sent, refused and dropped since the start, by name; and what is open now."""
        return {
            **self._counters,
            "sessions": len(self.sessions),
            "server_transactions": self.transactions.open_servers,
            "server_transactions_waiting": self.transactions.waiting,
            "client_transactions": self.transactions.open_clients,
        }

    def count(self, name: str) -> None:
        self._counters[name] += 1

    # --- What the house asks for --------------------------------------------------------------------------------------

    def invite(
        self,
        target: Uri,
        via: Hop,
        *,
        from_: NameAddress,
        to: NameAddress,
        sdp: bytes | None,
        sink: Sink,
        headers: HeaderList = (),
        credentials: Credentials | None = None,
        respond_within: float | None = None,
    ) -> InviteSession:
        """Call ``target``; ``headers`` may hold Max-Forwards. Events go to ``sink``; a 401/407 is answered here.

        Who has said nothing after ``respond_within`` seconds (None: 32) has failed with 408.
        """
        surroundings = self.surroundings(
            via, from_.uri.user, credentials, secure=target.scheme == "sips", respond_within=respond_within
        )
        caller = from_.with_tag(self.tokens())
        request = build_invite(target, caller, to, self.tokens() + self.tokens(), surroundings.contact, headers, sdp)
        session = InviteSession(ClientSession(request, surroundings), self, via)
        session.sink = sink
        self.session_opened(session)
        session.start()
        return session

    async def request(
        self,
        method: str,
        target: Uri,
        via: Hop,
        *,
        from_: NameAddress,
        to: NameAddress,
        headers: HeaderList = (),
        body: bytes = b"",
        content_type: str = "",
        credentials: Credentials | None = None,
        call_id: str | None = None,
        sequence: int = 1,
    ) -> Response:
        """One request outside a dialog and its final response. Raises RequestTimeoutError.

        REGISTERs of one registration keep their ``call_id`` and raise ``sequence`` by two each time (a challenge takes
        one of its own).
        """
        fields = Headers([("Max-Forwards", "70"), ("From", str(from_.with_tag(self.tokens()))), ("To", str(to))])
        fields.extend((("Call-ID", call_id or self.tokens() + self.tokens()), ("CSeq", f"{sequence} {method}")))
        fields.extend(headers)
        if body:
            fields.add("Content-Type", content_type)
        return await self.follow_up(Request(method, target.without_headers(), fields, body), via, credentials)

    async def follow_up(self, request: Request, via: Hop, credentials: Credentials | None = None) -> Response:
        """Send a request that is whole but for its Via, as ``Dialog.request`` makes one; its final response.

        Raises RequestTimeoutError.
        """
        outgoing = OutgoingRequest(via, credentials, self.tokens, self._send_request)
        outgoing.start(request)
        try:
            return await outgoing.response
        except asyncio.CancelledError:
            if outgoing.sent is not None:
                self.transactions.abandon(outgoing.sent)
            raise

    def find_session(self, call_id: str, local_tag: str, remote_tag: str) -> InviteSession | None:
        """The session of a dialog, as a Replaces header names it: ``local_tag`` is its to-tag."""
        session = self.sessions.get((call_id, local_tag))
        return session if session is not None and session.core.find_dialog(remote_tag) is not None else None

    def give_up_ringing(self, connection: int) -> None:
        """Whoever is being rung over a connection that is gone rings no more: nobody is to wait for the time-out."""
        now = self.clock.time()
        for session in list(self.sessions.values()):
            is_ringing = session.state in {SessionState.TRYING, SessionState.RINGING} and not session.is_incoming
            if is_ringing and session.source.connection == connection:
                self.transactions.abandon(session.request)
                session.request_failed(session.request, 503, now)

    # --- What comes in ------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, hop: Hop) -> None:
        """A message from a transport."""
        self.count("received")
        if self.trace is not None:
            self.trace("in", hop, data, self._epoch())
        try:
            message = parse(data)
            if isinstance(message, Request):
                self._reception.receive(message, hop)
                return
            check_response(message)
            if not self.transactions.receive_response(message):
                self.count("stray")
        except RemoteError:
            self.count("malformed")
        except Exception:  # one message must not cost the others their socket
            log.exception("a message could not be worked on")
            self.count("internal_errors")

    def _undelivered(self, data: bytes) -> None:
        """A datagram came back: nobody listens there, or no way leads there (§18.4)."""
        if self.transactions.undelivered(data):
            self.count("unreachable")

    def respond_statelessly(self, request: Request, hop: Hop, error: RemoteError) -> None:
        """Refuse a request without remembering it (§8.2.7); nothing when it cannot even be answered."""
        if request.method == "ACK":
            return
        if "cseq" not in request.headers:
            self.count("malformed")
            return
        try:
            to_tag = None if request.to.tag is not None else self._stateless_tag(request)
        except RemoteError:
            to_tag = None  # a To that cannot be read goes back as it came
        response = response_to(request, error.status, error.reason, to_tag=to_tag, headers=error.headers)
        self._send(response.encode(), hop, None)

    def _stateless_tag(self, request: Request) -> str:
        """The same for a repetition, and for nobody to foresee (§8.2.7)."""
        name = f"{request.headers.get('call-id')}:{request.headers.get('via')}".encode("utf-8", "surrogateescape")
        return hashlib.blake2b(name, digest_size=8, key=self._tag_key).hexdigest()

    def session_of(self, call_id: str, local_tag: str) -> InviteSession | None:
        """The session that a request within a dialog belongs to."""
        return self.sessions.get((call_id, local_tag))

    def session_of_invite(self, invite: Request) -> InviteSession | None:
        """The session that this INVITE opened, or within whose dialog it came."""
        tag = invite.to.tag
        if tag is not None:
            return self.sessions.get((invite.call_id, tag))
        return self._incoming.get((invite.call_id, invite.from_.tag or ""))

    # --- What sessions ask for (SessionHost) --------------------------------------------------------------------------

    def surroundings(
        self,
        hop: Hop,
        user: str,
        credentials: Credentials | None,
        *,
        secure: bool = False,
        respond_within: float | None = None,
    ) -> Surroundings:
        """What a session towards ``hop`` is given."""
        contact = str(NameAddress(self.contact(hop, user, secure=secure)))
        return Surroundings(contact, self.tokens, self._chance, self.timing, credentials, respond_within)

    def session_opened(self, session: InviteSession) -> None:
        self.sessions[session.call_id, session.local_tag] = session
        if session.is_incoming:
            self._incoming[session.call_id, session.request.from_.tag or ""] = session
            self.sources.session_opened(session.source.share)

    def session_over(self, session: InviteSession) -> None:
        """Nothing more will come from it."""
        if self.sessions.pop((session.call_id, session.local_tag), None) is not None and session.is_incoming:
            key = (session.call_id, session.request.from_.tag or "")
            if self._incoming.get(key) is session:
                del self._incoming[key]
            self.sources.session_closed(session.source.share)

    def perform(self, session: InviteSession, output: SessionOutput) -> None:
        """Send what a session wants sent."""
        if isinstance(output, SendRequest):
            hop = session.source if output.dialog is None else next_hop(output.dialog.next_hop, session.source)
            self._send_request(output.request, hop, session)
        elif isinstance(output, Respond):
            self._stamp(output.response.headers, "Server")
            self.transactions.respond(output.request, output.response)
        elif isinstance(output, SendAck):
            hop = next_hop(output.dialog.next_hop, session.source)
            if "via" not in output.request.headers:
                output.request.headers.insert_first("Via", self._via(hop))
            self._send(output.request.encode(), hop, None)
        elif isinstance(output, SendCancel):
            output.cancel.headers.insert_first("Via", output.invite.headers.values("via")[0])
            hop = self.transactions.hop_of(output.invite) or session.source
            self.transactions.request(output.cancel, hop, session)
        elif isinstance(output, Abandon):
            self.transactions.abandon(output.request)

    # --- What goes out ------------------------------------------------------------------------------------------------

    def _send_request(self, request: Request, hop: Hop, user: ClientUser) -> None:
        if "tcp" in self._transports and self._long_requests.belongs_on_tcp(request, hop):
            self._long_requests.send(request, hop, user)
        else:
            self._send_over(request, hop, user)

    def _send_over(self, request: Request, hop: Hop, user: ClientUser) -> None:
        request.headers.insert_first("Via", self._via(hop))
        self._stamp(request.headers, "User-Agent")
        self.transactions.request(request, hop, user)

    def _stamp(self, headers: Headers, name: str) -> None:
        if name not in headers:
            headers.add(name, self._product)

    def _via(self, hop: Hop) -> str:
        address = self._address.towards(hop.host)
        host = f"[{address}]" if ":" in address else address
        return f"SIP/2.0/{hop.transport.upper()} {host}:{self._port_of(hop)};branch={MAGIC}{self.tokens()};rport"

    def _port_of(self, hop: Hop) -> int:
        return self._ports.get(hop.transport) or self._port

    def _send(self, data: bytes, hop: Hop, failed: Callable[[], None] | None) -> None:
        transport = self._transports.get(hop.transport)
        self.count("sent")
        if self.trace is not None:
            self.trace("out", hop, data, self._epoch())
        if transport is not None:
            transport.send(data, hop, failed)
        elif failed is not None:
            self.clock.call_soon(failed)
