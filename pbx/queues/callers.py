"""The callers' side of the engine: joining, the order by hand, whom each accepts by now, and where overflow leads."""

from __future__ import annotations

from typing import cast

from config.company import Destination, Queue
from config.queueing import OverflowCause
from pbx.queues import inputs
from pbx.queues.alarms import Alarms
from pbx.queues.duty import Duty
from pbx.queues.line import ANYONE, Caller, Line, Wish
from pbx.queues.outputs import Joined, Left, Output, Overflow


class Callers:
    """Everyone who waits, by call id; keeps the lines, the deadlines and the wishes of callers up to date.

    ``stirred`` takes the names of the lines for which a change may matter.
    """

    def __init__(
        self,
        alarms: Alarms[tuple[str, ...]],
        out: list[Output],
        lines: dict[str, Line],
        duty: Duty,
        stirred: set[str],
    ) -> None:
        self.by_id: dict[str, Caller] = {}
        self._alarms = alarms
        self._out = out
        self._lines = lines
        self._duty = duty
        self._stirred = stirred
        self._joined = 0

    # --- Inputs -------------------------------------------------------------------------------------------------------

    def joined(self, event: inputs.CallerJoined, now: float) -> None:
        line = self._lines.get(event.queue)
        if line is None or event.call_id in self.by_id:
            return
        self._joined += 1
        joined_at = now - max(0.0, event.waited_s)
        caller = Caller(event.call_id, event.queue, event.priority, joined_at, now, self._joined)
        caller.preferred = event.preferred if line.queue.sticky_s else ()
        caller.spared, caller.stays = event.spared, event.stays
        self._out.append(Joined(caller.call_id, caller.queue, len(line) + 1, caller.priority))
        joined = len(self._out) - 1
        cause = None if event.spared or event.stays else self._turned_away(line, now)
        if cause is not None:
            self.overflow(caller, line.queue, cause, now)
            return
        self.by_id[caller.call_id] = caller
        line.join(caller)
        self._out[joined] = Joined(caller.call_id, caller.queue, line.position(caller), caller.priority)
        self.settle_wish(caller, line, now)
        self.set_deadlines(caller, line.queue, now)
        self._stirred.add(caller.queue)

    def moved(self, event: inputs.CallerMoved, now: float) -> None:
        caller = self.by_id.get(event.call_id)
        if caller is not None:
            self._lines[caller.queue].move(caller, event.position)
            self._stirred.add(caller.queue)

    def opened(self, event: inputs.QueueOpened, now: float) -> None:
        line = self._lines.get(event.queue)
        if line is not None:
            line.is_open = event.on

    def _turned_away(self, line: Line, now: float) -> str | None:
        """Why a caller cannot wait here, if so."""
        queue, elsewhere = line.queue, line.queue.overflow_when
        if len(line) >= queue.max_callers:
            return "full"
        if not elsewhere:
            return None
        if not line.is_open and "outside_hours" in elsewhere:
            return "outside_hours"
        cause = self._duty.staffing(line)
        if cause in elsewhere:
            return cause
        if queue.max_expected_wait_s and "long_wait" in elsewhere:
            expected = line.expected_wait_s(len(line) + 1, self._duty.on_duty(line))
            is_served_now = line.fitting(Wish("", line.level_at(now, now)[0]), one=True)
            if expected is not None and expected > queue.max_expected_wait_s and not is_served_now:
                return "long_wait"
        return None

    def set_deadlines(self, caller: Caller, queue: Queue, now: float) -> None:
        if caller.stays:
            return
        self._alarms.set(("overflow", caller.call_id), max(now, caller.entered_at + queue.max_wait_s))
        if queue.announce_position_s and self._alarms.get(("announce", caller.call_id)) is None:
            self._alarms.set(("announce", caller.call_id), now + queue.announce_position_s)

    def settle_wish(self, caller: Caller, line: Line, now: float) -> None:
        """Whom the caller accepts now: first whoever knows the caller, then by skill, less and less strictly."""
        alarm = ("wish", caller.call_id)
        while caller.preferred:
            login = caller.preferred[0]
            if caller.sticky_until is None:
                caller.sticky_until = now + line.queue.sticky_s
            if login in line.members and self._duty.is_on_duty(login) and now < caller.sticky_until:
                line.wish(caller, Wish(login, ANYONE))
                self._alarms.set(alarm, caller.sticky_until)
                return
            caller.preferred, caller.sticky_until = caller.preferred[1:], None
        level, next_at = line.level_at(caller.entered_at, now)
        line.wish(caller, Wish("", level))
        if next_at is None:
            self._alarms.clear(alarm)
        else:
            self._alarms.set(alarm, next_at)

    def forget(self, caller: Caller) -> None:
        del self.by_id[caller.call_id]
        self._lines[caller.queue].leave(caller)
        self._alarms.clear(("overflow", caller.call_id))
        self._alarms.clear(("announce", caller.call_id))
        self._alarms.clear(("wish", caller.call_id))

    def overflow(
        self, caller: Caller, queue: Queue, cause: str, now: float, destination: Destination | None = None
    ) -> None:
        where = destination or queue.overflow_when.get(cast(OverflowCause, cause), queue.overflow)
        self._out.append(Left(caller.call_id, caller.queue, "overflow", now - caller.joined_at))
        self._out.append(Overflow(caller.call_id, caller.queue, where, cause))

    def overflow_at_last(self, caller: Caller, now: float) -> None:
        self.forget(caller)
        self.overflow(caller, self._lines[caller.queue].queue, "max_wait", now)

    def see_staffing(self, line: Line, now: float) -> None:
        """Nobody is there any more: who waits goes where the queue says, unless a phone rings already."""
        cause = self._duty.staffing(line)
        if cause not in line.queue.overflow_when:
            return
        for call_id in line.unserved():
            caller = self.by_id[call_id]
            if not caller.spared and not caller.stays:
                self.forget(caller)
                self.overflow(caller, line.queue, cause, now)
