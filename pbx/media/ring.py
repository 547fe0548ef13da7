"""The jitter ring: what legs say, put in order, one 20 ms frame of it per tick.

A position is a sample number on the worker's 8 kHz clock: the first packet of a stream is placed at the sample at which
it arrived, and its timestamps count from there. So two legs' positions are comparable to the sample, whatever their
delay in the ring is. Each sample is stored linear, or as ABSENT: order, duplicates, packet size and law are then all
the same. Behind the point of playing the ring keeps 200 ms, from which lost frames are concealed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbx.media import conceal
from pbx.rtp import comfort_noise, g711

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]
BOOL = NDArray[np.bool_]

FRAME = 160
SLOTS = 25
SIZE = SLOTS * FRAME
AHEAD = 14 * FRAME  # how far before its playing a packet may come
PAST = 10 * FRAME
ABSENT = np.int16(-32768)  # no G.711 code decodes to it
MAX_PAYLOAD = 60 * 8  # 60 ms of G.711 in one packet
MAX_DELAY = 12 * FRAME  # the ring never holds sound back for longer
FIRST_DELAY = FRAME
REVIEW_FRAMES = 100  # how often the delay is looked at
SPARE = 2 * FRAME  # a delay that every packet of a review beats by so much is shortened
JUMP = 8000  # a timestamp that is off by more than a second begins a new stream
DRIFT = FRAME  # how far positions may be from the time of arrival before they are moved
DRIFT_STEP = 80
QUIET = 180.0  # RMS: -45 dBov, the loudest room that is made up
_RISE = np.arange(FRAME, dtype=np.float32) / FRAME


@dataclass(frozen=True, slots=True)
class Pulled:
    """One tick's frames of ``rows``: what is to be ``heard`` (n, 160), and what was ``said`` from ``position`` on.

    Both are the same sound, except that ``heard`` is faded where the ring catches up. Rows that are not ``fresh`` are
    silent or filling: what they play is no part of what was said.
    """

    rows: I64
    heard: I16
    said: I16
    position: I64
    fresh: BOOL


class JitterRing:
    """Rows of (SIZE,) samples, one per leg; times and positions in samples."""

    def __init__(self, capacity: int, suppresses: U8 | None = None) -> None:
        """``suppresses``: which rows' peers stop sending in silence (``table.LegTable.suppresses``)."""
        self._suppresses = suppresses if suppresses is not None else np.zeros(capacity, np.uint8)
        self._rests = np.zeros(capacity, np.bool_)  # silent, by comfort noise
        self._noise = np.zeros(capacity, np.float32)  # RMS of what is heard in silence
        self._gap = np.zeros(capacity, np.int64)  # frames counted as concealed in the gap that goes on
        self._samples = np.zeros((capacity, SIZE), np.int16)
        self._slots = self._samples.reshape(capacity, SLOTS, FRAME)
        self.running = np.zeros(capacity, np.bool_)
        self.play = np.zeros(capacity, np.int64)  # position of the next frame to be played
        self._origin = np.zeros(capacity, np.int64)  # a position that lies at the beginning of slot 0
        self._ssrc = np.zeros(capacity, np.int64)
        self._timestamp = np.zeros(capacity, np.int64)  # of the newest packet
        self._position = np.zeros(capacity, np.int64)  # of that packet
        self._least = np.zeros(capacity, np.int64)  # the smallest reserve of this review
        self._frames = np.zeros(capacity, np.int64)
        self._hold = np.zeros(capacity, np.int64)  # frames to be inserted: packets came too late
        self._lost = np.zeros(capacity, np.int64)  # frames missing in a row
        self._ahead = np.zeros(capacity, np.int64)  # samples made for inserted frames, beyond what is in the slots
        self._lead = np.zeros(capacity, np.int64)  # how much earlier than its position a packet came, at best
        self._cut = np.zeros(capacity, np.bool_)  # a frame has been left out before the next one
        self._left_out = np.zeros((capacity, FRAME), np.int16)
        self._skipped: list[Pulled] = []
        self.concealed = np.zeros(capacity, np.int64)
        self.late = np.zeros(capacity, np.int64)

    def reset(self, row: int) -> None:
        """Forget everything of ``row``; its next packet begins anew."""
        self.running[row] = False
        self.concealed[row] = self.late[row] = self._gap[row] = 0
        self._rests[row] = False
        self._noise[row] = 0

    def rest(self, rows: I64, rms: NDArray[np.float32], now: int) -> None:
        """Their peers send nothing from now on, as there is silence: noise of this RMS is heard meanwhile."""
        begun = rows[~self.running[rows]]
        if len(begun):
            self._begin(begun, now)
        self._rests[rows] = True
        self._noise[rows] = rms

    def forgive(self, rows: I64) -> None:
        """What was missing before their newest packet was silence, and not loss."""
        self.concealed[rows] -= self._gap[rows]
        self._gap[rows] = 0

    def write(self, rows: I64, ssrc: I64, timestamp: I64, payload: U8, length: I64, law: I64, now: int) -> None:
        """File one packet of G.711 each for distinct ``rows``: ``length`` codes of ``law`` in each row."""
        fits = (length > 0) & (length <= MAX_PAYLOAD)
        if not fits.all():
            rows, ssrc, timestamp, payload = rows[fits], ssrc[fits], timestamp[fits], payload[fits]
            length, law = length[fits], law[fits]
        if len(rows):
            width = int(length.max())
            self.file(rows, ssrc, timestamp, np.ones(1, np.int64), _decode(payload[:, :width], law), length, now)

    def file(self, rows: I64, ssrc: I64, timestamp: I64, rate: I64, samples: I16, length: I64, now: int) -> None:
        """File one packet each for distinct ``rows``: ``length`` of ``samples`` (n, width), none of them ABSENT.

        ``rate``: how many units of ``timestamp`` there are in a sample.
        """
        self._rests[rows] = False
        position = self._place(rows, ssrc, timestamp, rate, length, now)
        reserve = position - self.play[rows]
        self._wait_for(rows, reserve + length, now)
        reserve = position - self.play[rows]
        late = reserve + length <= 0
        if late.any():
            self.late[rows[late]] += 1
            missed = np.minimum((-reserve[late] + FRAME - 1) // FRAME, MAX_DELAY // FRAME)
            self._hold[rows[late]] = np.maximum(self._hold[rows[late]], missed)
        self._least[rows] = np.minimum(self._least[rows], reserve)
        good = ~late & (reserve + length <= AHEAD)
        if not good.all():
            rows, position, length, samples = rows[good], position[good], length[good], samples[good]
        if len(rows):
            self._store(rows, position, samples, length)

    def _wait_for(self, rows: I64, left: I64, now: int) -> None:
        """A packet that misses its frame by less than one is heard in the next, and nothing of it is lost.

        What was made in its place has then been inserted before it: the delay is a frame longer, as it has to be.
        """
        missed = (left <= 0) & (left > -FRAME) & (self._lost[rows] == 1) & (self._hold[rows] == 0)
        missed &= now - self.play[rows] < MAX_DELAY
        if missed.any():
            self.play[rows[missed]] -= FRAME
            self._ahead[rows[missed]] = FRAME

    def _place(self, rows: I64, ssrc: I64, timestamp: I64, rate: I64, length: I64, now: int) -> I64:
        step = ((timestamp - self._timestamp[rows] + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        position = self._position[rows] + step // rate
        new = ~self.running[rows] | (self._ssrc[rows] != ssrc)
        jumped = np.abs(position - now) > JUMP
        # A worker that did not run for a while plays far behind, or gets all that has waited for it at once.
        behind = (now - self.play[rows] > AHEAD) | (position + length - self.play[rows] > AHEAD)
        fresh = new | jumped | behind
        if fresh.any():
            begun = rows[fresh]
            position = np.where(fresh, now, position)
            self._begin(begun, now)
            self._ssrc[begun] = ssrc[fresh]
        newer = fresh | (position > self._position[rows])
        self._position[rows[newer]] = position[newer]
        self._timestamp[rows[newer]] = timestamp[newer]
        self._lead[rows] = np.maximum(self._lead[rows], position - now)
        return position

    def _begin(self, rows: I64, now: int) -> None:
        self._samples[rows] = ABSENT
        self.running[rows] = True
        self._origin[rows] = now
        self._position[rows] = now - 1
        self.play[rows] = now - FIRST_DELAY
        self._least[rows] = SIZE
        self._lead[rows] = -SIZE
        self._frames[rows] = self._hold[rows] = self._ahead[rows] = 0
        self._lost[rows] = conceal.FADE_FRAMES + 1  # there is nothing yet to conceal with
        self._cut[rows] = False

    def _store(self, rows: I64, position: I64, samples: I16, length: I64) -> None:
        offset = (position - self._origin[rows]) % SIZE
        whole = (length == FRAME) & (offset % FRAME == 0)
        if whole.all():
            self._slots[rows, offset // FRAME] = samples[:, :FRAME]
            return
        if whole.any():
            self._slots[rows[whole], offset[whole] // FRAME] = samples[whole, :FRAME]
        rest = ~whole
        rows, offset, length, samples = rows[rest], offset[rest], length[rest], samples[rest]
        width = int(length.max())
        each = np.arange(width)
        used = each < length[:, None]
        places = (offset[:, None] + each) % SIZE
        self._samples[np.broadcast_to(rows[:, None], places.shape)[used], places[used]] = samples[:, :width][used]

    def pull(self, rows: I64) -> Pulled:
        """The next frame of each row, with what is missing concealed."""
        running = self.running[rows]
        if running.all():
            return self._pull(rows)
        live = self._pull(rows[running])
        heard = np.zeros((len(rows), FRAME), np.int16)
        position = np.zeros(len(rows), np.int64)
        fresh = np.zeros(len(rows), np.bool_)
        heard[running], position[running], fresh[running] = live.heard, live.position, live.fresh
        said = heard if live.said is live.heard else heard.copy()
        said[running] = live.said
        return Pulled(rows, heard, said, position, fresh)

    def take_skipped(self) -> list[Pulled]:
        """Frames that were said but left out of what is heard, to shorten the delay."""
        skipped, self._skipped = self._skipped, []
        return skipped

    def _pull(self, rows: I64) -> Pulled:
        position = self.play[rows]
        slot = ((position - self._origin[rows]) % SIZE) // FRAME
        said = self._slots[rows, slot]
        missing = said == ABSENT
        held = self._hold[rows] > 0
        broken = missing.any(axis=1) | held
        if broken.any():
            hurt = np.flatnonzero(broken)
            said[hurt] = self._conceal(rows[hurt], slot[hurt], said[hurt], missing[hurt] | held[hurt, None], held[hurt])
        back = ~broken & (self._lost[rows] > 0)
        if back.any():
            whole = np.flatnonzero(back & (self._lost[rows] <= conceal.FADE_FRAMES))
            said[whole] = conceal.join(
                self._history(rows[whole], slot[whole]), said[whole], self._lost[rows[whole]], self._ahead[rows[whole]]
            )
            self._lost[rows[back]] = self._gap[rows[back]] = self._ahead[rows[back]] = 0
        going = np.flatnonzero(~held)
        live = rows[going]
        self._slots[live, slot[going]] = said[going]
        self._slots[live, (slot[going] + SLOTS - PAST // FRAME) % SLOTS] = ABSENT
        self.play[live] += FRAME
        self._hold[rows[held]] -= 1
        heard = self._fade_over_cuts(rows, said)
        self._review(rows)
        return Pulled(rows, heard, said, position, ~held)

    def _fade_over_cuts(self, rows: I64, said: I16) -> I16:
        cut = np.flatnonzero(self._cut[rows])
        if len(cut) == 0:
            return said
        heard = said.copy()
        fade = np.arange(FRAME, dtype=np.float32) / FRAME
        heard[cut] = (self._left_out[rows[cut]] * (1 - fade) + said[cut] * fade).astype(np.int16)
        self._cut[rows[cut]] = False
        return heard

    def _history(self, rows: I64, slot: I64) -> I16:
        back = (slot[:, None] - np.arange(conceal.HISTORY // FRAME, 0, -1)) % SLOTS
        past = self._slots[rows[:, None], back].reshape(len(rows), conceal.HISTORY)
        return np.where(past == ABSENT, np.int16(0), past)

    def _conceal(self, rows: I64, slot: I64, frames: I16, missing: BOOL, held: BOOL) -> I16:
        history, lost = self._history(rows, slot), self._lost[rows]
        made = conceal.fill(history, lost, self._ahead[rows])
        self._ahead[rows] = np.where(held, self._ahead[rows] + FRAME, 0)
        quiet = self._suppresses[rows] > 0
        if quiet.any():
            self._add_noise(rows, np.flatnonzero(quiet), history, made)
        hidden = (lost < conceal.FADE_FRAMES) & ~self._rests[rows]
        self.concealed[rows] += hidden
        self._gap[rows] += hidden
        self._lost[rows] += 1
        return np.where(missing, made, frames)

    def _add_noise(self, rows: I64, quiet: I64, history: I16, made: I16) -> None:
        """Comfort noise for who is silent: at once where it was told, else as the concealment fades away.

        Where no level was told it is that of the end of the sound before, which is the room and no more speech.
        """
        here = rows[quiet]
        rests, lost = self._rests[here], self._lost[here]
        untold = ~rests & (lost == 0)
        ends = history[quiet[untold], -FRAME:].astype(np.float32)
        self._noise[here[untold]] = np.minimum(np.sqrt((ends**2).mean(axis=1)), QUIET)
        rise = np.where(rests[:, None], 1.0, np.clip((lost[:, None] + _RISE) / conceal.FADE_FRAMES, 0.0, 1.0))
        noise = comfort_noise.frames(self._noise[here], self.play[here] // FRAME + 977 * here) * rise
        before = np.where(rests[:, None], 0.0, made[quiet])
        made[quiet] = np.clip(before + noise, -32767, 32767).astype(np.int16)

    def _review(self, rows: I64) -> None:
        """Once in a while shorten a delay that was longer than needed, and follow the drift of the peer's clock."""
        self._frames[rows] += 1
        due = rows[self._frames[rows] >= REVIEW_FRAMES]
        if len(due) == 0:
            return
        generous = due[(self._least[due] >= SPARE + FIRST_DELAY) & (self._least[due] < SIZE)]
        if len(generous):
            self._skip(generous)
        lead = self._lead[due]
        adrift = (np.abs(lead) > DRIFT) & (lead > -SIZE)
        if adrift.any():
            step = np.sign(lead[adrift]) * DRIFT_STEP
            for column in (self.play, self._origin, self._position):
                column[due[adrift]] -= step
        self._frames[due] = 0
        self._least[due] = SIZE
        self._lead[due] = -SIZE

    def _skip(self, rows: I64) -> None:
        """Leave one frame out; the next one begins as this one would have."""
        slot = ((self.play[rows] - self._origin[rows]) % SIZE) // FRAME
        left_out = self._slots[rows, slot]
        left_out[left_out == ABSENT] = 0
        self._left_out[rows] = left_out
        self._cut[rows] = True
        self._skipped.append(Pulled(rows, left_out, left_out, self.play[rows], np.ones(len(rows), np.bool_)))
        self._slots[rows, (slot + SLOTS - PAST // FRAME) % SLOTS] = ABSENT
        self.play[rows] += FRAME


def _decode(codes: U8, law: I64) -> I16:
    if len(law) == 0 or (law == law[0]).all():
        return g711.decode(codes, int(law[0]) if len(law) else 0)
    return g711.DECODE[law[:, None], codes]
