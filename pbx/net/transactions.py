"""Every open transaction, driven by messages and time (RFC 3261 §17, §18.2.2)."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Protocol

from pbx.net.clock import Clock
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.timers import Timed, Timers
from pbx.sip.message import Request, Response
from pbx.sip.timing import Timing
from pbx.sip.transaction import (
    Deliver,
    Key,
    State,
    TimedOut,
    Transaction,
    TransactionOutput,
    Transmit,
    client_key,
    server_key,
)
from pbx.sip.transaction_client import ClientTransaction
from pbx.sip.transaction_client_invite import InviteClientTransaction
from pbx.sip.transaction_client_non_invite import NonInviteClientTransaction
from pbx.sip.transaction_server import ServerTransaction
from pbx.sip.transaction_server_invite import InviteServerTransaction
from pbx.sip.transaction_server_non_invite import NonInviteServerTransaction

_REQUEST = re.compile(rb"([A-Z]{1,32}) [^\r\n]{1,512}\r\nVia: [^\r\n;]{1,128};branch=([!-:<-~]{1,128})")

_UNHEARD = frozenset({State.CALLING, State.TRYING})

Send = Callable[[bytes, Hop, Callable[[], None] | None], None]


class ClientUser(Protocol):
    """Who sent a request and waits for its responses."""

    def receive_response(self, request: Request, response: Response, now: float) -> None: ...

    def request_failed(self, request: Request, status: int, now: float) -> None:
        """408: nobody answered; 503: it could not be sent."""


class _Open(Timed):
    """A transaction with its way and its user; what its outputs ask for is done here."""

    def __init__(self, owner: Transactions, key: Key, transaction: Transaction, hop: Hop) -> None:
        self.owner = owner
        self.key = key
        self.transaction = transaction
        self.hop = hop
        self.user: ClientUser | None = None
        self.share: str | None = None  # on whose account it waits for an answer of ours

    @property
    def deadline(self) -> float | None:
        return self.transaction.deadline

    def fire(self, now: float) -> None:
        self.transaction.advance(now)
        self.owner.settle(self, now)

    def transport_failed(self) -> None:
        now = self.owner.clock.time()
        self.transaction.transport_failed(now)
        self.owner.settle(self, now)


class Transactions:
    """Client and server transactions by their keys.

    A server transaction that waits for our answer is on the account of its source, so that none takes the room of the
    others; an answered one waits for repetitions, and makes room for newer ones before its time when there are many.
    """

    def __init__(self, send: Send, clock: Clock, timers: Timers, timing: Timing, limits: Limits) -> None:
        self.clock = clock
        self._send = send
        self._timers = timers
        self._timing = timing
        self._limits = limits
        self._waiting: Counter[str] = Counter()
        self._answered: OrderedDict[Key, _Open] = OrderedDict()
        self._clients: dict[Key, _Open] = {}
        self._servers: dict[Key, _Open] = {}
        self._invites: dict[Key, _Open] = {}  # INVITEs that are not in a dialog, to find merged ones (§8.2.2.2)

    @property
    def open_servers(self) -> int:
        return len(self._servers)

    @property
    def open_clients(self) -> int:
        return len(self._clients)

    # --- Requests of ours ---------------------------------------------------------------------------------------------

    def request(self, request: Request, hop: Hop, user: ClientUser) -> None:
        """Send a request that has its Via; responses and failures go to ``user``."""
        kind = InviteClientTransaction if request.method == "INVITE" else NonInviteClientTransaction
        transaction = kind(request, reliable=hop.is_reliable, timing=self._timing)
        opened = _Open(self, client_key(request), transaction, hop)
        opened.user = user
        self._clients[opened.key] = opened
        now = self.clock.time()
        transaction.start(now)
        self.settle(opened, now)

    def hop_of(self, request: Request) -> Hop | None:
        """Where the open client transaction of this request sends to."""
        opened = self._clients.get(client_key(request))
        return opened.hop if opened is not None else None

    def abandon(self, request: Request) -> None:
        """Nobody waits for the response to this request any more."""
        opened = self._clients.pop(client_key(request), None)
        if opened is not None:
            opened.user = None

    def receive_response(self, response: Response) -> bool:
        """Hand a response to its transaction; False when there is none."""
        opened = self._clients.get(client_key(response))
        if opened is None:
            return False
        assert isinstance(opened.transaction, ClientTransaction)
        now = self.clock.time()
        opened.transaction.receive(response, now)
        self.settle(opened, now)
        return True

    def undelivered(self, quoted: bytes) -> bool:
        """The beginning of a datagram that could not arrive: whether that fails one of our requests.

        The branch must be one of ours: who forges an ICMP message does not know it.
        """
        begins = _REQUEST.match(quoted)
        opened = self._clients.get((begins[2].decode(), begins[1].decode())) if begins is not None else None
        if opened is None:
            return False
        opened.transport_failed()
        return True

    def connection_lost(self, hop: Hop) -> None:
        """A stream connection is gone: what waits for a first response over it has failed (§18.4, §17.1.4).

        An INVITE that rings goes on: its peer opens a connection for the final response (§18.2.2).
        """
        waiting = [one for one in self._clients.values() if one.transaction.state in _UNHEARD]
        for opened in waiting:
            if _went_over(opened.hop, hop):
                opened.transport_failed()

    # --- Requests of the peers ----------------------------------------------------------------------------------------

    def has_room_for(self, share: str, *, trusted: bool) -> bool:
        """Whether one more request on this account may wait for its answer."""
        limits = self._limits
        most = limits.transactions_of_exempt if trusted else limits.transactions_per_source
        return self._waiting[share] < most and self.waiting < limits.transactions

    @property
    def waiting(self) -> int:
        """Server transactions that wait for an answer of ours."""
        return len(self._servers) - len(self._answered)

    def open_server(self, request: Request, hop: Hop) -> None:
        """A new request: its responses go to ``hop``."""
        kind = InviteServerTransaction if request.method == "INVITE" else NonInviteServerTransaction
        opened = _Open(self, server_key(request), kind(request, reliable=hop.is_reliable, timing=self._timing), hop)
        self._servers[opened.key] = opened
        opened.share = hop.share
        self._waiting[opened.share] += 1
        if request.method == "INVITE" and request.to.tag is None:
            self._invites[_merge_key(request)] = opened

    def is_merged(self, request: Request) -> bool:
        """Whether the same INVITE came by another way already."""
        return _merge_key(request) in self._invites

    def receive_again(self, request: Request) -> bool:
        """A request that may be a repetition: True when it was one."""
        opened = self._servers.get(server_key(request))
        if opened is None:
            return False
        assert isinstance(opened.transaction, ServerTransaction)
        now = self.clock.time()
        opened.transaction.receive_again(now)
        self.settle(opened, now)
        return True

    def receive_ack(self, request: Request) -> bool:
        """An ACK: True when it was for a failure, which is the transaction's own matter."""
        opened = self._servers.get(server_key(request))
        if opened is None or not isinstance(opened.transaction, InviteServerTransaction):
            return False
        now = self.clock.time()
        taken = opened.transaction.receive_ack(now)
        self.settle(opened, now)
        return taken

    def invite_of(self, cancel: Request) -> Request | None:
        """The INVITE that a CANCEL is about (§9.2)."""
        key = server_key(cancel)
        opened = self._servers.get((*key[:-1], "INVITE"))
        return opened.transaction.request if opened is not None else None

    def respond(self, request: Request, response: Response) -> None:
        """Send a response to a request whose transaction is open; otherwise nothing happens."""
        opened = self._servers.get(server_key(request))
        if opened is None:
            return
        assert isinstance(opened.transaction, ServerTransaction)
        now = self.clock.time()
        opened.transaction.respond(response, now)
        self.settle(opened, now)

    # --- Both ---------------------------------------------------------------------------------------------------------

    def settle(self, opened: _Open, now: float) -> None:
        """Do what the transaction wants done."""
        transaction = opened.transaction
        outputs, transaction.outputs = transaction.outputs, []
        if opened.share is not None and isinstance(transaction, ServerTransaction) and transaction.is_answered:
            self._note_answered(opened)
        if transaction.is_terminated:
            self._forget(opened)
        for output in outputs:
            self._do(opened, output, now)
        if not transaction.is_terminated:
            self._timers.update(opened)

    def _do(self, opened: _Open, output: TransactionOutput, now: float) -> None:
        user = opened.user
        if isinstance(output, Transmit):
            self._send(output.data, opened.hop, opened.transport_failed)
        elif user is None:
            return
        elif isinstance(output, Deliver):
            user.receive_response(opened.transaction.request, output.response, now)
        else:
            status = 408 if isinstance(output, TimedOut) else 503
            user.request_failed(opened.transaction.request, status, now)

    def _forget(self, opened: _Open) -> None:
        if isinstance(opened.transaction, ClientTransaction):
            self._clients.pop(opened.key, None)
            return
        if self._servers.get(opened.key) is not opened:
            return
        del self._servers[opened.key]
        self._answered.pop(opened.key, None)
        self._settle_account(opened)
        request = opened.transaction.request
        if request.method == "INVITE" and request.to.tag is None:
            self._invites.pop(_merge_key(request), None)

    def _note_answered(self, opened: _Open) -> None:
        self._settle_account(opened)
        self._answered[opened.key] = opened
        if len(self._answered) > self._limits.answered:
            self._forget(next(iter(self._answered.values())))

    def _settle_account(self, opened: _Open) -> None:
        share, opened.share = opened.share, None
        if share is not None:
            self._waiting[share] -= 1
            if self._waiting[share] <= 0:
                del self._waiting[share]


def _went_over(sent: Hop, lost: Hop) -> bool:
    if sent.transport != lost.transport:
        return False
    if sent.connection:
        return sent.connection == lost.connection
    return sent.remote == lost.remote and (lost.transport != "tls" or not sent.name or sent.name == lost.name)


def _merge_key(request: Request) -> Key:
    return (request.from_.tag or "", request.call_id, str(request.cseq.number))
