"""Flows on the exchange's loop: a caller's inputs go to the interpreter, its actions to the caller."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from config.company import Company, Destination
from ivr.actions import Action, Leave, Play, SetLanguage, StopPlaying
from ivr.check import load_flow
from ivr.errors import Fault, FlowError
from ivr.flow import Flow, Prompt
from ivr.interpreter import Interpreter
from pbx.media.messages import Clip
from pbx.ports import MenuCaller, MenuInput, Played


class Speech(Protocol):
    """What the menus need of the prompts."""

    def say(self, prompt: Prompt, language: str, values: Mapping[str, str]) -> Sequence[Clip]: ...


class Menus:
    """Every flow of the company; implements ``pbx.ports.MenuPort``. Callers stay on the version they came in with."""

    def __init__(
        self,
        prompts: Speech,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._prompts = prompts
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
            self._flows, menu, language=language, number=caller.number, match=caller.extensions_starting_with
        )
        # Epoch seconds that run evenly, whatever is done to the machine's clock during the call.
        ahead = self._wall() - self._clock()
        unheard: deque[MenuInput] = deque()
        actions = interpreter.begin(self._clock() + ahead)
        while True:
            destination = self._carry_out(actions, caller, unheard)
            if destination is not None:
                return destination
            if unheard:
                event = unheard.popleft()
            else:
                deadline = interpreter.deadline()
                wait_s = None if deadline is None else max(0.0, deadline - self._clock() - ahead)
                event = await caller.next_input(wait_s)
            actions = interpreter.handle(event, self._clock() + ahead)

    def _carry_out(
        self, actions: Sequence[Action], caller: MenuCaller, unheard: deque[MenuInput]
    ) -> Destination | None:
        for action in actions:
            if isinstance(action, Play):
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
            else:
                caller.emit(action.body)
        return None
