"""Whatever callers, phones, carriers and commands do, in any order: each call ends exactly once and leaves nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from config.company import Company
from pbx.calls.errors import CallsError
from pbx.ipc.connection import RequestFailedError
from pbx.media.messages import MediaTimedOut
from pbx.sip.replaces import Replaces
from tests.unit.calls.peers import Session
from tests.unit.calls.virtual_time import VirtualTimeLoop
from tests.unit.exchange.stage import ANA, MAIN, SALES, Stage

EXAMPLES = int(os.environ.get("MAX_EXAMPLES", "60"))
NUMBERS = ("101", "102", "103", "700", "*43", "*70", "*701", "*8", "*45", "*21102", "*21", "0600111222", "999")


class Chaos:
    """People who do one thing after the other, by dice."""

    def __init__(self, stage: Stage, dice: Random) -> None:
        self._stage = stage
        self._dice = dice
        self._callers: list[Session] = []

    async def act(self) -> None:
        actions: list[Callable[[], object]] = [
            self._call_in, self._call_in, self._call_out, self._ring, self._answer, self._answer, self._answer,
            self._refuse, self._hang_up, self._press, self._hold, self._refer, self._attended, self._command,
            self._go_silent, self._lose_worker, self._offline,
        ]  # fmt: skip
        weights = [8, 8, 8, 8, 8, 8, 8, 4, 8, 6, 4, 6, 4, 8, 1, 1, 2]
        result = self._dice.choices(actions, weights)[0]()
        if asyncio.iscoroutine(result):
            await result
        await self._stage.settle(self._dice.choice((0, 0, 0, 0.05, 1, 6, 25, 130)))

    async def leave(self) -> None:
        """Everybody hangs up."""
        for session in self._open():
            session.hangs_up()
            await self._stage.settle()
        await self._stage.settle(400)
        for call in list(self._stage.board.calls.values()):
            call.leave("system", "shutdown")
        await self._stage.settle(5)

    def _open(self) -> list[Session]:
        return [session for session in [*self._callers, *self._stage.agent.sent] if not session.is_over]

    def _any(self, which: Callable[[Session], bool] = lambda session: True) -> Session | None:
        found = [session for session in self._open() if which(session)]
        return self._dice.choice(found) if found else None

    async def _call_in(self) -> None:
        self._callers.append(await self._stage.call_in(self._dice.choice((MAIN, SALES, ANA, "+34910000004"))))

    async def _call_out(self) -> None:
        from_ = self._dice.choice(("101", "102", "103"))
        self._callers.append(await self._stage.call_from(from_, self._dice.choice(NUMBERS)))

    def _ringing(self) -> Session | None:
        return self._any(lambda session: not session.is_incoming and not session.is_up)

    def _ring(self) -> None:
        if (session := self._ringing()) is not None:
            session.rings(self._dice.choice((180, 183)))

    def _answer(self) -> None:
        if (session := self._ringing()) is not None:
            session.answers()

    def _refuse(self) -> None:
        if (session := self._ringing()) is not None:
            session.refuses(self._dice.choice((404, 408, 480, 486, 500, 503, 603)))

    def _hang_up(self) -> None:
        if (session := self._any(lambda session: session.is_incoming or session.is_up)) is not None:
            session.hangs_up()

    def _up(self) -> Session | None:
        return self._any(lambda session: session.is_up)

    def _press(self) -> None:
        if (session := self._up()) is not None and self._is_live(session):
            self._stage.press(session, self._dice.choice("0149#"))

    def _hold(self) -> None:
        if (session := self._up()) is not None:
            session.holds(self._dice.random() < 0.5)

    def _refer(self) -> None:
        if (session := self._up()) is not None:
            session.refers(self._dice.choice(NUMBERS))

    def _attended(self) -> None:
        session, other = self._up(), self._any()
        if session is not None and other is not None:
            self._stage.agent.by_replaces["it"] = other
            session.refers("102", Replaces("it", "1", "2"))

    def _command(self) -> None:
        commands, dice = self._stage.commands, self._dice
        call_id = dice.choice([*self._stage.board.calls, "nothing"])
        login = dice.choice(("ana", "luis", "marta", "sofia"))
        command = dice.choice(
            (
                lambda: commands.originate(login, dice.choice(NUMBERS)),
                lambda: commands.hang_up(call_id),
                lambda: commands.hold(call_id, login, dice.random() < 0.5),
                lambda: commands.transfer(call_id, login, dice.choice(NUMBERS), dice.choice(("blind", "attended"))),
                lambda: commands.transfer_complete(call_id),
                lambda: commands.transfer_cancel(call_id),
                lambda: commands.park(call_id, login),
                lambda: commands.recording(call_id, dice.choice(("on", "pause", "off")), login),
                lambda: commands.supervise(call_id, login, dice.choice(("listen", "whisper", "barge"))),
                commands.calls,
            )
        )
        try:
            command()
        except (CallsError, RequestFailedError):
            pass

    def _go_silent(self) -> None:
        if (session := self._up()) is not None and self._is_live(session):
            self._stage.board.on_media(MediaTimedOut(self._stage.leg_of(session), 30.0))

    def _lose_worker(self) -> None:
        self._stage.plane.lose_worker()

    def _offline(self) -> None:
        self._stage.queues.set_agent(self._dice.choice(("ana", "luis")), self._dice.choice(("offline", "available")))

    def _is_live(self, session: Session) -> bool:
        return any(leg.has_session(session) for leg in self._stage.board.legs)  # type: ignore[arg-type]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 60))
def test_every_call_ends_exactly_once_and_leaves_nothing(
    aurora: Company, tmp_path: Path, seed: int, steps: int
) -> None:
    async def story() -> None:
        stage = Stage(aurora, tmp_path)
        for login in ("ana", "luis", "marta", "sofia"):
            stage.phone(login, devices=2 if login == "ana" else 1, available=login in {"ana", "luis"})
        chaos = Chaos(stage, Random(seed))
        for _ in range(steps):
            await chaos.act()
        await chaos.leave()
        stage.nothing_is_left()
        faults.append(stage.menus.faults)

    faults: list[int] = []
    with capture_logs() as logs, asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(story())
    failures = [line for line in logs if line["event"] in {"journey_failed", "leg_failed"}]
    assert len(failures) == faults[0], failures
