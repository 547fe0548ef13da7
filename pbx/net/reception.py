"""What to do with a request: repetition, ACK, CANCEL, within a call, or new (RFC 3261 §8.2, §9.2, §12.2.2)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from pbx.net.gate import GUARDED, Silence
from pbx.net.hop import Hop
from pbx.net.incoming_request import IncomingRequest
from pbx.net.local_address import literal
from pbx.net.session import InviteSession
from pbx.sip.capabilities import ALLOW, check_accept, check_body, check_extensions, check_method
from pbx.sip.errors import MalformedError, RemoteError, UnsupportedError
from pbx.sip.message import Request, response_to
from pbx.sip.name_address import split_unquoted
from pbx.sip.parse import check_request
from pbx.sip.session_server import ServerSession

if TYPE_CHECKING:
    from pbx.net.agent import UserAgent

log = logging.getLogger(__name__)

_LISTENING = {"tcp": 5060, "tls": 5061}  # a WebSocket's client listens nowhere
_RETRY_AFTER = [("Retry-After", "5")]
_OUTSIDE_DIALOG = frozenset({"OPTIONS", "REGISTER", "SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER", "NOTIFY"})


def mark_source(request: Request, hop: Hop) -> Hop:
    """Fill ``received`` and ``rport`` into the topmost Via; the hop of the sender, ``symmetric`` behind a NAT.

    Raises MalformedError without a Via that can be read.
    """
    via = request.via
    behind_nat = via.host != hop.host and literal(via.host) is not None and len(request.headers.values("via")) == 1
    marked = via.received_from(*hop.remote)
    if marked is not via:
        for index, (key, value) in enumerate(request.headers.fields):
            if key == "via":
                others = split_unquoted(value, ",")[1:]
                request.headers.fields[index] = ("via", ", ".join([str(marked), *others]))
                break
        request.__dict__["via"] = marked
        request.__dict__.pop("vias", None)
    return Hop(hop.transport, hop.remote, hop.local, hop.connection, symmetric=True) if behind_nat else hop


class Reception:
    """Sorts requests. Garbage costs a counter; stray ACKs are never answered."""

    def __init__(self, agent: UserAgent) -> None:
        self._agent = agent

    def receive(self, request: Request, source: Hop) -> None:
        """A request from the network."""
        agent = self._agent
        try:
            hop = mark_source(request, source)
            back = self._way_back(request, hop)
            if request.method == "ACK":
                self._ack(request)
                return
        except MalformedError:
            agent.count("malformed")
            return
        try:
            if agent.transactions.receive_again(request):
                agent.count("repeated")
                return
            check_request(request)
            self._new(request, hop, back)
        except RemoteError as error:
            agent.count("refused")
            if agent.sources.may_request(hop.share, agent.clock.time()):
                agent.respond_statelessly(request, back, error)

    def _way_back(self, request: Request, hop: Hop) -> Hop:
        """Where the response goes (§18.2.2): over its connection, and when that is gone to where the Via listens."""
        if hop.transport in _LISTENING:
            port = request.via.port or _LISTENING[hop.transport]
            return Hop(hop.transport, (hop.host, port), hop.local, hop.connection)
        if hop.is_reliable:
            return hop
        address = request.via.response_address()
        return hop if address == hop.remote and not hop.symmetric else Hop(hop.transport, address, hop.local)

    def _ack(self, request: Request) -> None:
        agent = self._agent
        if agent.transactions.receive_ack(request):
            return
        check_request(request)
        session = agent.session_of(request.call_id, request.to.tag or "")
        if session is None:
            agent.count("stray")
        else:
            session.receive_request(request, agent.clock.time())

    def _new(self, request: Request, hop: Hop, back: Hop) -> None:
        agent = self._agent
        if request.method == "CANCEL":
            self._cancel(request, back)
            return
        tag = request.to.tag
        session = agent.session_of(request.call_id, tag) if tag is not None else None
        if session is not None:
            check_method(request)
            check_extensions(request)
            agent.transactions.open_server(request, back)
            session.receive_request(request, agent.clock.time())
        elif tag is not None and request.method not in {"SUBSCRIBE", "REGISTER"}:
            raise RemoteError("no such dialog", 481, "Call/Transaction Does Not Exist")
        else:
            self._outside_dialog(request, hop, back)

    def _cancel(self, request: Request, back: Hop) -> None:
        agent = self._agent
        invite = agent.transactions.invite_of(request)
        if invite is None:
            raise RemoteError("no such INVITE", 481, "Call/Transaction Does Not Exist")
        session = agent.session_of_invite(invite)
        agent.transactions.open_server(request, back)
        to_tag = session.local_tag if session is not None else agent.tokens()
        agent.transactions.respond(request, response_to(request, 200, to_tag=to_tag))
        if session is not None:
            session.receive_cancel(request, agent.clock.time())

    def _outside_dialog(self, request: Request, hop: Hop, back: Hop) -> None:
        agent = self._agent
        now = agent.clock.time()
        if not agent.sources.may_request(hop.share, now):
            # Silence: an answer to a flood, whose source may be forged, makes us part of it.
            agent.count("over_share")
            return
        check_method(request)
        check_extensions(request)
        check_accept(request)
        check_body(request)
        if request.method in GUARDED and not self._let_in(request, hop, back):
            return
        if not agent.transactions.has_room_for(back.share, trusted=agent.sources.is_trusted(hop.share)):
            agent.count("overloaded")
            raise RemoteError("too many transactions", 503, "Service Unavailable", _RETRY_AFTER)
        if request.method == "INVITE":
            self._invite(request, hop, back, now)
        elif request.method in _OUTSIDE_DIALOG:
            agent.transactions.open_server(request, back)
            incoming = IncomingRequest(request, hop, agent.tokens(), agent.transactions.respond)
            self._guard(lambda: agent.on_request(incoming), incoming.fail)
        elif request.method in {"BYE", "INFO", "UPDATE", "PRACK"}:
            raise RemoteError("no dialog", 481, "Call/Transaction Does Not Exist")
        else:
            raise UnsupportedError("method", 405, "Method Not Allowed", [("Allow", ALLOW)])

    def _let_in(self, request: Request, hop: Hop, back: Hop) -> bool:
        """Ask the gate; who is not let in is answered at most once, and forgotten."""
        agent = self._agent
        refusal = agent.gate(request, hop) if agent.gate is not None else None
        if refusal is None:
            return True
        if isinstance(refusal, Silence):
            agent.count("ignored")
        else:
            agent.count("not_let_in")
            agent.respond_statelessly(
                request, back, RemoteError("not let in", refusal.status, refusal.reason, refusal.headers)
            )
        return False

    def _invite(self, request: Request, hop: Hop, back: Hop, now: float) -> None:
        agent = self._agent
        if agent.transactions.is_merged(request):
            raise RemoteError("came by another way already", 482, "Loop Detected")
        if request.max_forwards == 0:
            raise RemoteError("Max-Forwards", 483, "Too Many Hops")
        if len(agent.sessions) >= agent.limits.sessions or not agent.sources.may_call(hop.share):
            agent.count("overloaded")
            raise RemoteError("too many calls", 503, "Service Unavailable", _RETRY_AFTER)
        secure = request.uri.scheme == "sips"
        surroundings = agent.surroundings(hop, request.uri.user, None, secure=secure)
        core = ServerSession(request, agent.tokens(), surroundings, now)
        agent.transactions.open_server(request, back)
        session = InviteSession(core, agent, hop)
        agent.session_opened(session)
        session.start()
        self._guard(lambda: agent.on_invite(session), lambda: session.hang_up(status=500))

    def _guard(self, call: Callable[[], object], recover: Callable[[], object]) -> None:
        try:
            call()
        except Exception:  # the peer must get an answer, and the socket must live, whatever went wrong above
            log.exception("a request was answered 500: its owner failed")
            self._agent.count("owner_failed")
            recover()
