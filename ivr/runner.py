"""Flows on the exchange's loop: a caller's inputs go to the interpreter, its actions to the caller."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog

from config.company import Company, Destination
from ivr.actions import Action, Cancel, Leave, Note, Play, SetLanguage, Start, StopPlaying
from ivr.check import load_flow
from ivr.errands import Done
from ivr.errors import Fault, FlowError
from ivr.expressions import Value
from ivr.flow import Flow, Prompt
from ivr.interpreter import Interpreter
from ivr.running_errands import RunningErrands
from ivr.speech.recogniser import Recogniser
from pbx.media.messages import Clip
from pbx.ports import MenuCaller, MenuInput, Played

SPEAKING_S = 3.0
"""How long a caller waits for a variable's words to be spoken, before they are left out."""

log = structlog.get_logger(__name__)


class Speech(Protocol):
    """What the menus need of the prompts."""

    def say(self, prompt: Prompt, language: str, values: Mapping[str, Value]) -> Sequence[Clip]: ...

    async def speak(self, prompt: Prompt, language: str, values: Mapping[str, Value], within_s: float) -> None: ...


class Menus:
    """Every flow of the company; implements ``pbx.ports.MenuPort``. Callers stay on the version they came in with."""

    def __init__(
        self,
        prompts: Speech,
        recogniser: Recogniser | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._prompts = prompts
        self._recogniser = recogniser
        self._clock = clock
        self._wall = wall
        self._flows: dict[str, Flow] = {}

    def configure(self, company: Company) -> None:
        """Take the company's flows. Raises FlowError, and keeps the present ones, when one has faults."""
        flows: dict[str, Flow] = {}
        faults: list[Fault] = []
        for menu in company.menus:
            try:
                flows[menu.name] = load_flow(menu.text, menu.name, company)
            except FlowError as error:
                faults += error.faults
        if faults:
            raise FlowError(faults)
        self._flows = flows

    async def run(self, menu: str, caller: MenuCaller, language: str) -> Destination:
        """Take the caller through ``menu``; where the caller goes next. Raises UnknownMenuError."""
        interpreter = Interpreter(
            self._flows,
            menu,
            language=language,
            number=caller.number,
            dialled=caller.dialled,
            match=caller.extensions_starting_with,
            is_on=caller.is_switch_on,
        )
        errands = RunningErrands(caller, self._recogniser)
        try:
            return await self._lead(interpreter, caller, errands)
        finally:
            caller.variables = interpreter.variables
            await errands.stop()

    async def _lead(self, interpreter: Interpreter, caller: MenuCaller, errands: RunningErrands) -> Destination:
        # Epoch seconds that run evenly, whatever is done to the machine's clock during the call.
        ahead = self._wall() - self._clock()
        unheard: deque[MenuInput] = deque()
        actions = interpreter.begin(self._clock() + ahead)
        while True:
            destination = await self._carry_out(actions, caller, unheard, errands)
            if destination is not None:
                return destination
            event: MenuInput | Done
            if unheard:
                event = unheard.popleft()
            else:
                deadline = interpreter.deadline()
                wait_s = None if deadline is None else max(0.0, deadline - self._clock() - ahead)
                event = await errands.or_input(wait_s)
            actions = interpreter.handle(event, self._clock() + ahead)

    async def _carry_out(
        self, actions: Sequence[Action], caller: MenuCaller, unheard: deque[MenuInput], errands: RunningErrands
    ) -> Destination | None:
        for action in actions:
            if isinstance(action, Play):
                await self._prompts.speak(action.prompt, action.language, action.values, SPEAKING_S)
                clips = self._prompts.say(action.prompt, action.language, action.values)
                if clips:
                    caller.play(clips, action.play_id)
                else:
                    unheard.append(Played(action.play_id))
            elif isinstance(action, StopPlaying):
                caller.stop_playing()
            elif isinstance(action, SetLanguage):
                caller.language = action.language
            elif isinstance(action, Leave):
                return action.destination
            elif isinstance(action, Start):
                errands.start(action.number, action.wanted)
            elif isinstance(action, Cancel):
                errands.cancel(action.number)
            elif isinstance(action, Note):
                log.warning(
                    action.what, call_id=caller.call_id, menu=action.menu, node=action.node, detail=action.detail
                )
            else:
                caller.emit(action.body)
        return None
