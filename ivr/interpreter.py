"""A caller's way through flows as a pure state machine: what the caller does and the time come in, actions come out.

It knows nothing of telephony. ``now`` is in epoch seconds and never runs backwards. Whatever a flow says, the way
ends: so many nodes in a row without a digit from the caller, or so many in all, and the caller is let go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from config.company import Destination
from ivr.actions import Action, Leave, Play, SetLanguage, StopPlaying, Tell
from ivr.errors import UnknownMenuError
from ivr.flow import HANG_UP, Caller, Flow, Go, Input, Language, Menu, Opening, Prompt, Repeat, Say, Survey, Target, To
from pbx.events import CallRated, MenuChoice, MenuEntered, MenuLeft
from pbx.ports import Digit, Match, MenuInput, Played

MAX_UNASKED_STEPS = 60
"""Nodes and repetitions in a row without a digit from the caller."""
MAX_STEPS = 1000
MAX_TYPED_AHEAD = 32
MAX_EXTENSION_DIGITS = 6
PLAYING_AT_MOST_S = 180.0
"""After so long what is played counts as over, should nobody say so."""

_KEYS = frozenset("0123456789*#")


class _State(Enum):
    SAYING = "saying"  # a message; a digit may cut in
    ASKING = "asking"  # the prompt of a question plays
    WAITING = "waiting"  # for the first digit
    TYPING = "typing"  # for the next digit
    OVER = "over"


class Interpreter:
    """One caller in ``flows``, beginning with ``menu``. ``match``: what typed digits are among the extensions.

    Raises UnknownMenuError.
    """

    def __init__(
        self, flows: Mapping[str, Flow], menu: str, *, language: str, number: str | None, match: Callable[[str], Match]
    ) -> None:
        if menu not in flows:
            raise UnknownMenuError(f"no menu '{menu}'; allowed: {', '.join(sorted(flows)) or 'none is defined'}")
        self._flows = flows
        self._flow = flows[menu]
        self._language = self._flow.language(language)
        self._match = match
        self._variables = {"number": (number or "").removeprefix("+")}
        self._state = _State.OVER
        self._name = self._flow.start
        self._deadline: float | None = None
        self._typed = ""
        self._ahead: list[str] = []
        self._failures = 0
        self._plays = 0
        self._steps = 0
        self._unasked = 0
        self._out: list[Action] = []
        self.ways: list[tuple[str, str, Target]] = []
        """Every way taken so far: flow, node, and where it led."""

    @property
    def node(self) -> str:
        """Where the caller is."""
        return self._name

    @property
    def menu(self) -> str:
        """In which flow the caller is."""
        return self._flow.name

    @property
    def over(self) -> bool:
        """The caller has left."""
        return self._state is _State.OVER

    def deadline(self) -> float | None:
        """When TimedOut is wanted if nothing else comes before."""
        return self._deadline

    def begin(self, now: float) -> list[Action]:
        """The caller comes in."""
        self._out.append(Tell(MenuEntered(self._flow.name, self._language, self._flow.version)))
        self._enter(self._flow.start, now)
        return self._taken()

    def handle(self, event: MenuInput, now: float) -> list[Action]:
        """The caller does something, what was played has ended, or time has passed."""
        if self._state is _State.OVER:
            return []
        if isinstance(event, Digit):
            if event.digit in _KEYS:
                self._unasked = 0
                self._digit(event.digit, now)
        elif isinstance(event, Played):
            if event.play_id == self._play_id and self._state in {_State.SAYING, _State.ASKING}:
                self._played(now)
        elif self._deadline is not None and now >= self._deadline:
            self._time_over(now)
        return self._taken()

    def _taken(self) -> list[Action]:
        out, self._out = self._out, []
        return out

    @property
    def _play_id(self) -> str:
        return f"menu-{self._plays}"

    # --- Nodes --------------------------------------------------------------------------------------------------------

    def _enter(self, name: str, now: float) -> None:
        """Go through nodes until one plays, asks or leaves."""
        target: Target | None = To(name)
        while isinstance(target, To):
            self._name = target.node
            if not self._step():
                return
            target = self._arrive(now)
            if isinstance(target, To):
                self.ways.append((self._flow.name, self._name, target))
        if target is not None:
            self._follow(target, now)

    def _step(self) -> bool:
        self._steps += 1
        self._unasked += 1
        if self._steps > MAX_STEPS or self._unasked > MAX_UNASKED_STEPS:
            self._leave(HANG_UP)
            return False
        return True

    def _arrive(self, now: float) -> Target | None:
        """At the present node: where it leads at once, or None when it plays or asks."""
        node = self._flow.nodes[self._name]
        if isinstance(node, Go):
            return node.target
        if isinstance(node, Language):
            self._language = node.set
            self._out.append(SetLanguage(node.set))
            return node.next
        if isinstance(node, Caller):
            return node.known if self._variables["number"] else node.withheld
        if isinstance(node, Opening):
            return node.open if node.hours.is_open(now) else node.closed
        if isinstance(node, Say):
            if self._ahead and node.barge_in:
                return node.next
            self._play(node.prompt, _State.SAYING, now)
            return None
        self._failures = 0
        self._ask(node.prompt, now)
        return None

    def _follow(self, target: Target, now: float) -> None:
        self._deadline = None
        self.ways.append((self._flow.name, self._name, target))
        if isinstance(target, To):
            self._enter(target.node, now)
        elif isinstance(target, Repeat):
            if self._step():
                self._ask(self._asking.prompt, now)
        elif target.kind == "menu" and target.target in self._flows:
            self._out.append(Tell(MenuLeft(self._flow.name, self._name, _written(target))))
            self._flow = self._flows[target.target]
            self._language = self._flow.language(self._language)
            self._out.append(Tell(MenuEntered(self._flow.name, self._language, self._flow.version)))
            self._enter(self._flow.start, now)
        else:
            self._leave(target)

    def _leave(self, destination: Destination) -> None:
        self._state, self._deadline = _State.OVER, None
        self._out.append(Tell(MenuLeft(self._flow.name, self._name, _written(destination))))
        self._out.append(Leave(destination))

    def _play(self, prompt: Prompt, state: _State, now: float) -> None:
        self._plays += 1
        self._state, self._deadline = state, now + PLAYING_AT_MOST_S
        self._out.append(Play(prompt, self._language, dict(self._variables), self._play_id))

    def _played(self, now: float) -> None:
        node = self._flow.nodes[self._name]
        if isinstance(node, Say):
            self._follow(node.next, now)
        else:
            self._state, self._deadline = _State.WAITING, now + self._asking.timeout_s

    # --- Questions ----------------------------------------------------------------------------------------------------

    @property
    def _asking(self) -> Menu | Input | Survey:
        node = self._flow.nodes[self._name]
        assert isinstance(node, Menu | Input | Survey)
        return node

    def _ask(self, prompt: Prompt, now: float) -> None:
        self._typed = ""
        if not self._ahead:
            self._play(prompt, _State.ASKING, now)
            return
        # What was typed ahead answers without the prompt, digit by digit, as long as it is for this question.
        self._state, self._deadline = _State.TYPING, now + self._asking.timeout_s
        self._key(self._ahead.pop(0), now)
        while self._ahead and self._state is _State.TYPING:
            self._key(self._ahead.pop(0), now)

    def _digit(self, digit: str, now: float) -> None:
        if self._state is _State.SAYING:
            node = self._flow.nodes[self._name]
            if isinstance(node, Say) and node.barge_in:
                self._out.append(StopPlaying())
                self._type_ahead(digit)
                self._follow(node.next, now)
            return
        if self._state is _State.ASKING:
            self._out.append(StopPlaying())
        self._state = _State.TYPING
        self._key(digit, now)

    def _type_ahead(self, digit: str) -> None:
        if len(self._ahead) < MAX_TYPED_AHEAD:
            self._ahead.append(digit)

    def _key(self, digit: str, now: float) -> None:
        node = self._asking
        if isinstance(node, Menu):
            self._menu_key(node, digit, now)
        elif isinstance(node, Input):
            self._input_key(node, digit, now)
        elif digit in "12345":
            self._out.append(Tell(CallRated(int(digit))))
            self._chosen(digit, "option", node.next, now)
        else:
            self._failed(digit, "wrong", now)

    def _menu_key(self, node: Menu, digit: str, now: float) -> None:
        if digit == "#" and "#" not in node.options:
            self._menu_answer(node, now)
            return
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
            return
        self._variables[node.into] = self._typed
        self._chosen(self._typed, "option", node.next, now)

    def _chosen(self, keys: str, outcome: str, target: Target, now: float) -> None:
        self._out.append(Tell(MenuChoice(self._flow.name, self._name, keys, outcome)))
        self._follow(target, now)

    def _failed(self, keys: str, outcome: str, now: float) -> None:
        node = self._asking
        self._out.append(Tell(MenuChoice(self._flow.name, self._name, keys, outcome)))
        # What was typed after a wrong answer was meant for the node that the caller did not reach.
        self._ahead.clear()
        self._failures += 1
        if self._failures >= node.attempts:
            self._follow(node.fallback, now)
        elif self._step():
            self._ask((node.wrong if outcome == "wrong" else node.silent) + node.prompt, now)

    def _time_over(self, now: float) -> None:
        if self._state in {_State.SAYING, _State.ASKING}:
            self._out.append(StopPlaying())
            self._played(now)
        elif self._typed:
            node = self._asking
            if isinstance(node, Menu):
                self._menu_answer(node, now)
            elif isinstance(node, Input):
                self._input_answer(node, now)
        else:
            self._failed("", "none", now)


def _written(destination: Destination) -> str:
    return f"{destination.kind}:{destination.target}" if destination.target else destination.kind
