"""ICE-lite on shared ports (RFC 8445 §2.5): who checks which leg, from where, and which pair the peer has nominated.

A check finds its leg by our user fragment, never by its source. What is verified per pass is bounded, known sources and
fragments first, so that a flood of checks costs neither calls nor consent. A peer that has not checked for CONSENT_S
(RFC 7675) is gone.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbx.media import stun
from pbx.media.batch import Matrix
from pbx.media.errors import CommandError, StunError
from pbx.media.leg import IceState, Leg
from pbx.media.lookup import SOCKET_SHIFT, SOURCE_MASK, Lookup, address_of, learn, name_of, text_of_number
from pbx.media.outgoing import Outgoing
from pbx.media.stun import Verdict
from pbx.media.table import LegTable
from pbx.sdp.protection import IceParameters

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

CONSENT_S = 30.0
FRESH_S = 6.0  # a pair checked this lately is not given to another leg
MAX_PAIRS = 8
CHECKS_PER_PASS = 16
CHECKS_PER_SOURCE = 4
PASSWORD_LEAST = 22  # characters (RFC 8445 §5.3)
_HOST_PREFERENCE = 126 << 24 | 255  # RFC 8445 §5.1.2.1, component 1
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(slots=True)
class IceCounters:
    answered: int = 0
    refused: int = 0  # malformed, of nobody, or without the password
    skipped: int = 0  # more than are looked at in one pass


class Ice:
    """``on_selected(leg)`` is called when a leg's peer is first reachable, or reachable elsewhere."""

    def __init__(self, legs: LegTable, lookup: Lookup, outgoing: Outgoing, on_selected: Callable[[Leg], None]) -> None:
        self._legs = legs
        self._lookup = lookup
        self._outgoing = outgoing
        self._on_selected = on_selected
        self._by_ufrag: dict[str, Leg] = {}
        self._by_row: dict[int, Leg] = {}
        self._numbers: U64 = np.zeros(0, np.uint64)
        self.counters = IceCounters()

    def open(self, leg: Leg, receives_at: Sequence[tuple[str, int]]) -> IceParameters:
        """Credentials and candidates for a new leg, the best address first."""
        ufrag = _token(stun.UFRAG_BYTES)
        while ufrag in self._by_ufrag:
            ufrag = _token(stun.UFRAG_BYTES)
        leg.ice = IceState(ufrag, _token(24))
        self._by_ufrag[ufrag], self._by_row[leg.row] = leg, leg
        self._numbers = np.append(self._numbers, np.uint64(stun.number_of_ufrag(ufrag)))
        candidates = [
            f"{number} 1 udp {_HOST_PREFERENCE | (65535 - number) << 8} {address} {port} typ host"
            for number, (address, port) in enumerate(receives_at, 1)
        ]
        return IceParameters(ufrag, leg.ice.password, tuple(candidates), lite=True)

    def restart(self, leg: Leg, ufrag: str, password: str) -> None:
        """Fresh credentials of ours (RFC 8445 §9); sound goes on over the old pair until a new one is nominated."""
        state = leg.ice
        if state is None or (state.ufrag, state.password) == (ufrag, password):
            return
        if ufrag in self._by_ufrag or not _is_token(ufrag, stun.UFRAG_BYTES) or len(password) < PASSWORD_LEAST:
            raise CommandError("ICE credentials of ours that cannot be used")
        self._forget_former(state)
        state.former, state.ufrag, state.password = (state.ufrag, state.password), ufrag, password
        self._by_ufrag[ufrag] = leg
        self._numbers = np.append(self._numbers, np.uint64(stun.number_of_ufrag(ufrag)))

    def release(self, leg: Leg) -> None:
        """The leg is closed."""
        if leg.ice is None:
            return
        self._drop_pairs(leg, leg.ice)
        self._forget_former(leg.ice)
        self._forget_ufrag(leg.ice.ufrag)
        del self._by_row[leg.row]

    def _forget_former(self, state: IceState) -> None:
        if state.former is not None:
            self._forget_ufrag(state.former[0])
            state.former = None

    def _forget_ufrag(self, ufrag: str) -> None:
        del self._by_ufrag[ufrag]
        self._numbers = self._numbers[self._numbers != np.uint64(stun.number_of_ufrag(ufrag))]

    def hear(self, matrix: Matrix, packets: I64, keys: U64, rows: I64, now: float) -> None:
        """Datagrams that begin like STUN; ``keys`` and ``rows`` are those of the whole matrix."""
        data = matrix.packets[packets]
        fits = stun.requests(data, matrix.length[packets])
        self.counters.refused += int((~fits).sum())
        packets, data = packets[fits], data[fits]
        if len(packets) == 0:
            return
        named = np.isin(stun.leading_ufrags(data), self._numbers)
        rank = np.where(rows[packets] >= 0, 0, np.where(named, 1, 2))
        seen: Counter[int] = Counter()
        looked_at = 0
        for packet in packets[np.argsort(rank, kind="stable")].tolist():
            key = int(keys[packet])
            seen[key] += 1
            if looked_at >= CHECKS_PER_PASS or seen[key] > CHECKS_PER_SOURCE:
                self.counters.skipped += 1
                continue
            looked_at += 1
            self._check(matrix, packet, key, now)

    def expire(self, leg: Leg, now: float) -> bool:
        """Drop pairs that nobody checks any more; True when that was the peer's last and it is gone."""
        state = leg.ice
        if state is None or not state.pairs:
            return False
        if state.checked_at is not None and now - state.checked_at >= CONSENT_S:
            self._drop_pairs(leg, state)
            return True
        for key in [key for key, at in state.pairs.items() if now - at >= CONSENT_S and key != state.selected]:
            self._drop_pair(leg, state, key)
        return False

    def send(self, leg: Leg, datagram: bytes) -> None:
        """Send one datagram to where the leg's peer is."""
        if leg.ice is not None and leg.ice.selected is not None:
            key = leg.ice.selected
            self._outgoing.raw(datagram, key >> SOCKET_SHIFT, _name_of_key(key))

    def _check(self, matrix: Matrix, packet: int, key: int, now: float) -> None:
        datagram = matrix.packets[packet, : int(matrix.length[packet])].tobytes()
        try:
            check = stun.read(datagram)
        except StunError:
            self.counters.refused += 1
            return
        leg = self._by_ufrag.get(check.ufrag)
        if leg is None or leg.ice is None:
            self.counters.refused += 1
            return
        state = leg.ice
        is_former = state.former is not None and check.ufrag == state.former[0]
        password = state.former[1] if state.former is not None and is_former else state.password
        verdict = stun.judge(check, password)
        if verdict in {Verdict.VALID, Verdict.NOMINATED}:
            learn(matrix.source[packet])
        taken = verdict in {Verdict.VALID, Verdict.NOMINATED} and self._pair(leg, leg.ice, key, now)
        if not taken and verdict is not Verdict.CONFLICT:
            self.counters.refused += 1
            return
        self.counters.answered += 1
        name = matrix.source[packet]
        reply = stun.answer(check, verdict, address_of(name), password)
        self._outgoing.raw(reply, int(matrix.socket[packet]), name)
        if taken and not is_former and verdict is Verdict.NOMINATED:
            self._forget_former(state)
        if taken and not (is_former and key != state.selected):
            self._select(leg, state, key, verdict)

    def _pair(self, leg: Leg, state: IceState, key: int, now: float) -> bool:
        """Keep the pair; False when it is another leg's, or there are too many."""
        if key not in state.pairs:
            if len(state.pairs) >= MAX_PAIRS:
                others = [each for each in state.pairs if each != state.selected]
                self._drop_pair(leg, state, min(others, key=lambda each: state.pairs[each]))
            if not self._lookup.add(key, leg.row) and not self._take_over(key, leg, now):
                return False
        state.pairs[key] = state.checked_at = now
        return True

    def _take_over(self, key: int, leg: Leg, now: float) -> bool:
        """A browser that was reloaded may speak from the port that its last page had."""
        holder = self._by_row.get(self._lookup.row_of(key))
        if holder is None or holder.ice is None or now - holder.ice.pairs.get(key, now) < FRESH_S:
            return False
        self._drop_pair(holder, holder.ice, key)
        return self._lookup.add(key, leg.row)

    def _select(self, leg: Leg, state: IceState, key: int, verdict: Verdict) -> None:
        nominated = verdict is Verdict.NOMINATED
        if key == state.selected:
            state.is_nominated |= nominated
            return
        if state.selected is not None and not nominated:
            return
        state.selected, state.is_nominated = key, nominated
        row = leg.row
        self._legs.socket[row] = key >> SOCKET_SHIFT
        self._legs.address[row] = _name_of_key(key)
        self._legs.active[row] = key & SOURCE_MASK
        self._on_selected(leg)

    def _drop_pair(self, leg: Leg, state: IceState, key: int) -> None:
        self._lookup.remove(key, leg.row)
        del state.pairs[key]
        if key == state.selected:
            state.selected, state.is_nominated = None, False
            self._legs.has_address[leg.row] = False

    def _drop_pairs(self, leg: Leg, state: IceState) -> None:
        for key in list(state.pairs):
            self._drop_pair(leg, state, key)
        state.checked_at = None


def _is_token(text: str, length: int) -> bool:
    return len(text) == length and all(character in _BASE64 for character in text)


def _token(length: int) -> str:
    return "".join(secrets.choice(_BASE64) for _ in range(length))


def _name_of_key(key: int) -> NDArray[np.uint8]:
    source = key & SOURCE_MASK
    return name_of(text_of_number(source & 0xFFFFFFFF), source >> 32)
