"""Browsers' legs beside plain ones on one port (RFC 7983): ICE finds the peer, DTLS gives the keys, SRTP is sound.

A secure leg speaks and hears once both a pair is selected and keys are there. Nothing that arrives can end it: what is
malformed, forged or repeated is counted and dropped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pbx.media.batch import Matrix
from pbx.media.dtls import ALGORITHMS, RECORD_HEADER
from pbx.media.errors import CommandError, SrtpError
from pbx.media.handshakes import Begin, Handshakes, Outcome
from pbx.media.ice import Ice
from pbx.media.leg import DtlsState, Leg
from pbx.media.lookup import Lookup, text_of_number
from pbx.media.messages import MediaAlarm, MediaEvent, RemoteMedia
from pbx.media.outgoing import Outgoing
from pbx.media.srtp import Srtp
from pbx.media.table import LegTable
from pbx.sdp.protection import DtlsParameters, IceParameters

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
BOOL = NDArray[np.bool_]

STUN_END, DTLS_FIRST, DTLS_END = 4, 20, 64
MAX_EARLY = 8
DTLS_PER_PASS = 256
DTLS_PER_LEG = 16
SETUPS = ("active", "passive", "actpass")
_HEX_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})+")
_DIGEST_BYTES = {"sha-224": 28, "sha-256": 32, "sha-384": 48, "sha-512": 64}


class Secure:
    """The secure legs of a worker; ``by_row`` is the core's own map of all legs."""

    def __init__(
        self,
        legs: LegTable,
        lookup: Lookup,
        by_row: dict[int, Leg],
        outgoing: Outgoing,
        srtp: Srtp,
        handshakes: Handshakes,
        emit: Callable[[MediaEvent], None],
    ) -> None:
        self._legs = legs
        self._lookup = lookup
        self._by_row = by_row
        self._handshakes = handshakes
        self._emit = emit
        self._tickets = itertools.count(1)
        self._by_ticket: dict[int, Leg] = {}
        self.ice = Ice(legs, lookup, outgoing, self._selected)
        self.srtp = srtp
        self.count = 0
        self.dtls_dropped = 0
        self.handshakes_failed = 0

    # --- Commands -----------------------------------------------------------------------------------------------------

    def open(
        self, leg: Leg, receives_at: Sequence[tuple[str, int]], offered: RemoteMedia | None
    ) -> tuple[IceParameters, DtlsParameters]:
        """Make the leg a secure one: what our description says of ICE and DTLS.

        To a peer whose offer is known the role is decided; else it is the peer's to choose.
        """
        ice = self.ice.open(leg, receives_at)
        leg.dtls = DtlsState()
        self._legs.secure[leg.row] = self._legs.by_ice[leg.row] = True
        self.srtp.rows.add(leg.row)
        self.count += 1
        setup = "actpass"
        if offered is not None and offered.dtls is not None:
            setup = "active" if offered.dtls.setup == "passive" else "passive"
        return ice, DtlsParameters("sha-256", self._handshakes.identity.fingerprint, setup)

    def announce(self, leg: Leg, remote: RemoteMedia) -> None:
        """The peer's description: whose certificate to take, and who begins."""
        state = leg.dtls
        assert state is not None
        assert remote.dtls is not None
        is_client = remote.dtls.setup == "passive"
        if state.expected is not None and remote.dtls.setup == "actpass":
            is_client = state.is_client  # a new offer leaves the role as it is (RFC 8842 §5.5)
        if state.expected == remote.dtls and state.is_client == is_client:
            return
        same = state.expected is not None and (
            (state.expected.algorithm, state.expected.fingerprint, state.is_client)
            == (remote.dtls.algorithm, remote.dtls.fingerprint, is_client)
        )
        state.expected = remote.dtls
        if same:
            return
        early = state.early
        self._forget_keys(leg, state)
        state.early = early  # it may well be the new peer's first flight; another's is refused by the handshake
        state.is_client, state.has_failed = is_client, False
        self._begin(leg, state)

    def release(self, leg: Leg) -> None:
        """The leg is closed."""
        if leg.dtls is None:
            return
        self._forget_keys(leg, leg.dtls)
        self.ice.release(leg)
        self.count -= 1

    # --- Packets ------------------------------------------------------------------------------------------------------

    def hear(self, matrix: Matrix, first: NDArray[np.uint8], keys: U64, rows: I64, shared: BOOL, now: float) -> None:
        """STUN and DTLS among the datagrams that begin with ``first``, on RTP sockets only (``shared``)."""
        checks = np.flatnonzero((first < STUN_END) & shared)
        if len(checks):
            self.ice.hear(matrix, checks, keys, rows, now)
        whole = matrix.length[: len(first)] >= RECORD_HEADER
        records = np.flatnonzero((first >= DTLS_FIRST) & (first < DTLS_END) & shared & whole)
        if len(records):
            if len(checks):
                rows = self._lookup.find(keys)  # a first flight may come with the first check
            self._hear_dtls(matrix, records, rows)

    def open_packets(self, matrix: Matrix, packets: I64, rows: I64) -> BOOL:
        """Unprotect what secure legs sent, in place; False for packets that are to be dropped."""
        keep: BOOL = np.ones(len(packets), np.bool_)
        chosen = np.flatnonzero(self._legs.secure[rows])
        if len(chosen):
            keep[chosen] = self.srtp.open(matrix, packets[chosen], rows[chosen])
        return keep

    # --- Time ---------------------------------------------------------------------------------------------------------

    def poll(self) -> None:
        """Take what the handshakes have come to."""
        results = self._handshakes.results
        while results:
            outcome = results.popleft()
            leg = self._by_ticket.get(outcome.ticket)
            if leg is not None and leg.dtls is not None:
                self._progress(leg, leg.dtls, outcome)

    def expire(self, leg: Leg, now: float) -> None:
        """A peer whose consent is gone is sent nothing more (RFC 7675 §5.1)."""
        self.ice.expire(leg, now)

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _hear_dtls(self, matrix: Matrix, packets: I64, rows: I64) -> None:
        taken: dict[int, int] = {}
        for number, (packet, row) in enumerate(zip(packets.tolist(), rows[packets].tolist(), strict=True)):
            leg = self._by_row.get(row)
            taken[row] = taken.get(row, 0) + 1
            if leg is None or leg.dtls is None or number >= DTLS_PER_PASS or taken[row] > DTLS_PER_LEG:
                self.dtls_dropped += 1
                continue
            datagram = matrix.packets[packet, : int(matrix.length[packet])].tobytes()
            state = leg.dtls
            if state.ticket is not None:
                self._handshakes.feed(state.ticket, datagram)
            elif not state.has_failed and len(state.early) < MAX_EARLY:
                state.early.append(datagram)
                self._begin(leg, state)
            else:
                self.dtls_dropped += 1

    def _selected(self, leg: Leg) -> None:
        assert leg.dtls is not None
        self._connect(leg)
        self._begin(leg, leg.dtls)

    def _begin(self, leg: Leg, state: DtlsState) -> None:
        """Begin the handshake once it is known with whom, and there is somewhere to send to or something to answer."""
        if state.ticket is not None or state.has_failed or state.expected is None or leg.ice is None:
            return
        if leg.ice.selected is None or not (state.is_client or state.early):
            return
        state.ticket = next(self._tickets)
        self._by_ticket[state.ticket] = leg
        source = text_of_number(leg.ice.selected & 0xFFFFFFFF)
        self._handshakes.begin(Begin(state.ticket, source, state.expected, state.is_client))
        early, state.early = state.early, []
        for datagram in early:
            self._handshakes.feed(state.ticket, datagram)

    def _progress(self, leg: Leg, state: DtlsState, outcome: Outcome) -> None:
        for datagram in outcome.datagrams:
            self.ice.send(leg, datagram)
        if outcome.keys is not None:
            try:
                self.srtp.set_keys(leg.row, outcome.keys)
            except SrtpError as error:
                self._fail(leg, state, str(error))
                return
            self._connect(leg)
        if outcome.is_closed:
            self._legs.has_address[leg.row] = False
        if outcome.fault:
            self._fail(leg, state, outcome.fault)

    def _fail(self, leg: Leg, state: DtlsState, fault: str) -> None:
        was_up = leg.row in self.srtp.pairs
        if was_up:
            return  # whatever garbles the association after its end leaves the keys, and the call, alone
        self.handshakes_failed += 1
        self._forget_keys(leg, state)
        state.has_failed = True
        self._emit(MediaAlarm("dtls_failed", f"leg {leg.name}: {fault}"))

    def _connect(self, leg: Leg) -> None:
        ready = leg.row in self.srtp.pairs and leg.ice is not None and leg.ice.selected is not None
        self._legs.has_address[leg.row] = ready

    def _forget_keys(self, leg: Leg, state: DtlsState) -> None:
        if state.ticket is not None:
            self._handshakes.forget(state.ticket)
            self._by_ticket.pop(state.ticket, None)
            state.ticket = None
        state.early = []
        self.srtp.pairs.pop(leg.row, None)
        self._legs.has_address[leg.row] = False


def check(remote: RemoteMedia) -> None:
    """Raises CommandError for a browser's description that lacks ICE or DTLS, or names what we cannot check."""
    ice, dtls = remote.ice, remote.dtls
    if not isinstance(ice, IceParameters) or not isinstance(dtls, DtlsParameters):
        raise CommandError("a secure leg's peer describes ICE and DTLS")
    if not all(isinstance(text, str) for text in (ice.ufrag, ice.password, dtls.fingerprint, dtls.algorithm)):
        raise CommandError("ICE and DTLS parameters are text")
    algorithm = dtls.algorithm.lower()
    if algorithm not in ALGORITHMS:
        raise CommandError(f"fingerprint by {dtls.algorithm[:32]!r}; allowed: {', '.join(ALGORITHMS)}")
    if not _HEX_PAIRS.fullmatch(dtls.fingerprint) or len(dtls.fingerprint) != 3 * _DIGEST_BYTES[algorithm] - 1:
        raise CommandError(f"not a {algorithm} fingerprint")
    if dtls.setup not in SETUPS:
        raise CommandError(f"setup {str(dtls.setup)[:32]!r}; allowed: {', '.join(SETUPS)}")
