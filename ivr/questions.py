"""How a question listens: keys one by one, silence, spoken words, wrong answers and how many of them are borne."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum

from config.company import Destination
from ivr.actions import Action, Cancel, Start, StopPlaying, Tell
from ivr.check_digits import SCHEMES
from ivr.errands import Heard, Listen
from ivr.expressions import Value
from ivr.flow import Asking, Flow, Input, Menu, Part, Prompt, Survey, Target, Text
from pbx.events import CallRated, MenuChoice
from pbx.ports import Match

MAX_TYPED_AHEAD = 32
MAX_EXTENSION_DIGITS = 6
RECOGNISING_S = 4.0
"""How long an engine may take over what has been said, before it counts as not understood."""

YES, NO = "1", "2"
_CHECKED = (Part(prompt="input.check"),)
_CONFIRM = (Part(prompt="input.confirm"),)


class State(Enum):
    """What a caller in a flow is doing."""

    SAYING = "saying"  # a message; a digit may cut in
    ASKING = "asking"  # the prompt of a question plays
    WAITING = "waiting"  # for the first digit
    TYPING = "typing"  # for the next digit
    AWAY = "away"  # something is done elsewhere
    OVER = "over"


class Questions(ABC):
    """The half of the interpreter that asks. What is around a question is left to the other half."""

    def __init__(self, flow: Flow, match: Callable[[str], Match]) -> None:
        self._flow = flow
        self._name = flow.start
        self._language = flow.languages[0]
        self._match = match
        self._variables: dict[str, Value] = {}
        self._state = State.OVER
        self._deadline: float | None = None
        self._typed = ""
        self._ahead: list[str] = []
        self._failures = 0
        self._confirming = False
        self._code_until = 0.0
        self._listening = 0
        self._is_deaf = False
        self._errands = 0
        self._out: list[Action] = []

    @property
    def typed(self) -> str:
        """The digits of an answer that may go on."""
        return self._typed

    @abstractmethod
    def _follow(self, target: Target, now: float) -> None: ...

    @abstractmethod
    def _play(self, prompt: Prompt, state: State, now: float) -> None: ...

    @abstractmethod
    def _step(self) -> bool: ...

    @property
    def _asking(self) -> Menu | Input | Survey:
        node = self._flow.nodes[self._name]
        assert isinstance(node, Menu | Input | Survey)
        return node

    # --- Asking -------------------------------------------------------------------------------------------------------

    def _begin_question(self, node: Asking, now: float) -> None:
        self._failures, self._confirming = 0, False
        self._ask(node.prompt, now)

    def _ask(self, prompt: Prompt, now: float) -> None:
        self._typed = ""
        if not self._ahead:
            self._play(prompt, State.ASKING, now)
            return
        # What was typed ahead answers without the prompt, digit by digit, as long as it is for this question.
        self._state, self._deadline = State.TYPING, now + self._asking.timeout_s
        self._key(self._ahead.pop(0), now)
        while self._ahead and self._state is State.TYPING:
            self._key(self._ahead.pop(0), now)

    def _asked(self, now: float) -> None:
        """The prompt has ended: now it is the caller's turn."""
        node = self._asking
        self._state, self._deadline = State.WAITING, now + node.timeout_s
        phrases = node.phrases(self._language) if isinstance(node, Menu) else {}
        if phrases and not self._is_deaf:
            self._errands += 1
            self._listening = self._errands
            self._deadline += RECOGNISING_S
            wanted = Listen(tuple(phrases), self._language, node.timeout_s)
            self._out.append(Start(self._listening, wanted))

    def _heard(self, heard: Heard, now: float) -> None:
        """What the engine has made of the caller's words."""
        self._listening = 0
        if self._state is not State.WAITING:
            return
        node = self._asking
        if heard.deaf:
            # Keys do it without anybody listening: what is left of the usual time is theirs.
            self._is_deaf = True
            self._deadline = now + node.timeout_s
            return
        key = node.phrases(self._language).get(heard.phrase or "", "") if isinstance(node, Menu) else ""
        if isinstance(node, Menu) and key:
            self._chosen(key, "spoken", node.options[key], now)
        else:
            self._failed("", "wrong" if heard.phrase else "none", now)

    def _stop_listening(self) -> None:
        if self._listening:
            self._out.append(Cancel(self._listening))
            self._listening = 0

    # --- Keys ---------------------------------------------------------------------------------------------------------

    def _digit_for_question(self, digit: str, now: float) -> None:
        if now < self._code_until:  # the rest of a code, which cannot be dialled here
            self._code_until = now + self._asking.digit_wait_s
            return
        if self._state is State.ASKING:
            self._out.append(StopPlaying())
        self._stop_listening()
        self._state = State.TYPING
        self._key(digit, now)

    def _type_ahead(self, digit: str) -> None:
        if len(self._ahead) < MAX_TYPED_AHEAD:
            self._ahead.append(digit)

    def _key(self, digit: str, now: float) -> None:
        node = self._asking
        if isinstance(node, Menu):
            self._menu_key(node, digit, now)
        elif isinstance(node, Input):
            (self._confirm_key if self._confirming else self._input_key)(node, digit, now)
        elif digit in "12345":
            self._out.append(Tell(CallRated(int(digit))))
            self._chosen(digit, "option", node.next, now)
        else:
            self._failed(digit, "wrong", now)

    def _menu_key(self, node: Menu, digit: str, now: float) -> None:
        if digit == "#" and "#" not in node.options:
            self._menu_answer(node, now)
            return
        if digit == "*" and not self._typed and "*" not in node.options:
            self._code_until = now + node.digit_wait_s
        self._typed += digit
        match = self._extension(node)
        if match in {Match.PREFIX, Match.EXACT_AND_PREFIX} and len(self._typed) < MAX_EXTENSION_DIGITS:
            self._deadline = now + node.digit_wait_s
        else:
            self._menu_answer(node, now)

    def _extension(self, node: Menu) -> Match:
        return self._match(self._typed) if node.extensions and self._typed.isdigit() else Match.NONE

    def _menu_answer(self, node: Menu, now: float) -> None:
        """No more digits come: what was typed is an option, an extension, or wrong."""
        if self._typed in node.options:
            self._chosen(self._typed, "option", node.options[self._typed], now)
        elif self._extension(node) in {Match.EXACT, Match.EXACT_AND_PREFIX}:
            self._chosen(self._typed, "extension", Destination(kind="person", target=self._typed), now)
        else:
            self._failed(self._typed, "wrong", now)

    def _input_key(self, node: Input, digit: str, now: float) -> None:
        if digit == "*":  # begin again
            self._typed = ""
            if self._step():
                self._deadline = now + node.timeout_s
            return
        if digit != "#":
            self._typed += digit
        if digit == "#" or len(self._typed) >= node.max_digits:
            self._input_answer(node, now)
        else:
            self._deadline = now + node.digit_wait_s

    def _input_answer(self, node: Input, now: float) -> None:
        if len(self._typed) < node.min_digits:
            self._failed(self._typed, "wrong" if self._typed else "none", now)
        elif node.check and not SCHEMES[node.check](self._typed):
            self._failed(self._typed, "check", now)
        elif node.confirm:
            self._variables[node.into] = self._typed
            self._confirming = True
            self._ask(self._read_back(node), now)
        else:
            self._variables[node.into] = self._typed
            self._chosen(self._typed, "option", node.next, now)

    def _read_back(self, node: Input) -> Prompt:
        typed = Part(texts={self._language: Text(f"{{{node.into}}}", self._language)})
        return (Part(prompt="input.typed"), typed, *_CONFIRM)

    def _confirm_key(self, node: Input, digit: str, now: float) -> None:
        if digit in {YES, "#"}:
            self._confirming = False
            self._chosen(str(self._variables[node.into]), "option", node.next, now)
        elif digit in {NO, "*"}:
            self._confirming = False
            del self._variables[node.into]
            if self._step():
                self._ask(node.prompt, now)
        else:
            self._failed(digit, "wrong", now)

    # --- Answers ------------------------------------------------------------------------------------------------------

    def _chosen(self, keys: str, outcome: str, target: Target, now: float) -> None:
        self._stop_listening()
        self._out.append(Tell(MenuChoice(self._flow.name, self._name, keys, outcome)))
        self._follow(target, now)

    def _failed(self, keys: str, outcome: str, now: float) -> None:
        node = self._asking
        self._stop_listening()
        told = "wrong" if outcome == "check" else outcome
        self._out.append(Tell(MenuChoice(self._flow.name, self._name, keys, told)))
        # What was typed after a wrong answer was meant for the node that the caller did not reach.
        self._ahead.clear()
        self._failures += 1
        if self._failures >= node.attempts:
            self._confirming = False
            self._follow(node.fallback, now)
        elif self._step():
            first = _CHECKED if outcome == "check" else node.wrong if outcome == "wrong" else node.silent
            again = self._read_back(node) if self._confirming and isinstance(node, Input) else node.prompt
            self._ask(first + again, now)

    def _time_over_for_question(self, now: float) -> None:
        node = self._asking
        if self._typed and isinstance(node, Menu):
            self._menu_answer(node, now)
        elif self._typed and isinstance(node, Input) and not self._confirming:
            self._input_answer(node, now)
        else:
            self._failed("", "none", now)
