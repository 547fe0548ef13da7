"""A caller's way through flows as a pure state machine: what the caller does and the time come in, actions come out.

It knows nothing of telephony. ``now`` is in epoch seconds and never runs backwards. Whatever a flow says, the way
ends: so many nodes in a row without a digit from the caller, or so many in all, and the caller is let go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.company import Destination
from ivr.actions import Action, Cancel, Leave, Note, Play, SetLanguage, Start, StopPlaying, Tell
from ivr.errands import Done, Found, Heard, LookUp, Result, RingPeople, Rung, TakeMessage, Taken, Wanted
from ivr.errors import ExpressionError, UnknownMenuError
from ivr.expressions import Expression, Value
from ivr.flow import (
    HANG_UP,
    Asking,
    Back,
    Branch,
    Caller,
    Crm,
    Flow,
    Go,
    Language,
    Node,
    Opening,
    Prompt,
    Record,
    Repeat,
    Ring,
    Say,
    Set,
    Sub,
    Target,
    To,
    Transfer,
    Web,
)
from ivr.questions import MAX_EXTENSION_DIGITS, MAX_TYPED_AHEAD, Questions, State
from ivr.web_request import outside_or_inside, request_of, saved_from
from pbx.events import MenuEntered, MenuLeft
from pbx.ports import Digit, Match, MenuInput, Played, WebAnswer, WebRequest

__all__ = [
    "MAX_EXTENSION_DIGITS",
    "MAX_STEPS",
    "MAX_TYPED_AHEAD",
    "MAX_UNASKED_STEPS",
    "PLAYING_AT_MOST_S",
    "Interpreter",
]

MAX_UNASKED_STEPS = 60
"""Nodes and repetitions in a row without a digit from the caller."""
MAX_STEPS = 1000
MAX_NESTED = 8
"""Flows that have called one another."""
PLAYING_AT_MOST_S = 180.0
"""After so long what is played counts as over, should nobody say so."""
LOOK_UP_S = 2.0
AWAY_MORE_S = 5.0
"""How much longer than its own time an errand is waited for, should nothing come back."""

_KEYS = frozenset("0123456789*#")


class Interpreter(Questions):
    """One caller in ``flows``, beginning with ``menu``. ``match``: what typed digits are among the extensions.

    ``is_on``: whether a night switch is on. ``number`` and ``dialled``: who calls whom. Raises UnknownMenuError.
    """

    def __init__(
        self,
        flows: Mapping[str, Flow],
        menu: str,
        *,
        language: str,
        number: str | None,
        match: Callable[[str], Match],
        dialled: str = "",
        is_on: Callable[[str], bool] = lambda _: False,
    ) -> None:
        if menu not in flows:
            raise UnknownMenuError(f"no menu '{menu}'; allowed: {', '.join(sorted(flows)) or 'none is defined'}")
        super().__init__(flows[menu], match)
        self._flows = flows
        self._language = self._flow.language(language)
        self._is_on = is_on
        self._variables |= {"number": (number or "").removeprefix("+"), "dialled": dialled.removeprefix("+")}
        self._callers: list[tuple[Flow, str, Target]] = []
        self._away = 0
        self._plays = 0
        self._steps = 0
        self._unasked = 0
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
        return self._state is State.OVER

    @property
    def variables(self) -> dict[str, Value]:
        """What is known of the caller by now."""
        return dict(self._variables)

    def deadline(self) -> float | None:
        """When TimedOut is wanted if nothing else comes before."""
        return self._deadline

    def begin(self, now: float) -> list[Action]:
        """The caller comes in."""
        self._out.append(Tell(MenuEntered(self._flow.name, self._language, self._flow.version)))
        self._enter(self._flow.start, now)
        return self._taken()

    def handle(self, event: MenuInput | Done, now: float) -> list[Action]:
        """The caller does something, what was played has ended, an errand is done, or time has passed."""
        if self._state is State.OVER:
            return []
        if isinstance(event, Digit):
            if event.digit in _KEYS:
                self._unasked = 0
                self._digit(event.digit, now)
        elif isinstance(event, Played):
            if event.play_id == self._play_id and self._state in {State.SAYING, State.ASKING}:
                self._played(now)
        elif isinstance(event, Done):
            if event.number == self._listening and isinstance(event.result, Heard):
                self._unasked = 0 if event.result.phrase else self._unasked
                self._heard(event.result, now)
            elif event.number == self._away and self._state is State.AWAY:
                self._returned(event.result, now)
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
        """Go through nodes until one plays, asks, waits or leaves."""
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
            self._note("let_go", f"{self._steps} nodes, {self._unasked} of them without a word from the caller")
            self._leave(HANG_UP)
            return False
        return True

    def _arrive(self, now: float) -> Target | None:
        """At the present node: where it leads at once, or None when it plays, asks or waits."""
        node = self._flow.nodes[self._name]
        if isinstance(node, Say | Record):
            if isinstance(node, Say) and self._ahead and node.barge_in:
                return node.next
            self._play(node.prompt, State.SAYING, now)
        elif isinstance(node, Asking):
            self._begin_question(node, now)
        elif isinstance(node, Crm):
            self._go_away(LookUp(), LOOK_UP_S, now)
        elif isinstance(node, Ring):
            self._go_away(RingPeople(node.people, node.timeout_s), node.timeout_s, now)
        elif isinstance(node, Web):
            return self._fetch(node, now)
        elif isinstance(node, Sub):
            return self._call(node, now)
        else:
            return self._onward(node, now)
        return None

    def _onward(self, node: Node, now: float) -> Target:
        """Where a node that only decides leads."""
        if isinstance(node, Go):
            return node.target
        if isinstance(node, Language):
            self._language = node.set
            self._is_deaf = False
            self._out.append(SetLanguage(node.set))
            return node.next
        if isinstance(node, Caller):
            return node.known if self._variables["number"] else node.withheld
        if isinstance(node, Opening):
            is_closed = bool(node.switch) and self._is_on(node.switch)
            return node.open if not is_closed and node.hours.is_open(now) else node.closed
        if isinstance(node, Set):
            for name, expression in node.values.items():
                self._variables[name] = self._evaluated(expression, name)
            return node.next
        if isinstance(node, Branch):
            for at, (expression, target) in enumerate(node.cases):
                if self._evaluated(expression, f"when.{at}"):
                    return target
            return node.otherwise
        assert isinstance(node, Transfer)
        to = self._evaluated(node.to, "to")
        destination = outside_or_inside(to, node.allowed, self._match)
        if destination is None:
            self._note("not_transferred", f"'{to}' is no extension and no number that is allowed")
        return destination or node.fallback

    def _evaluated(self, expression: Expression, where: str) -> Value:
        try:
            return expression.value(self._variables)
        except ExpressionError as error:
            self._note("expression_failed", f"{where}: {error}")
            return None

    def _call(self, node: Sub, now: float) -> Target | None:
        if node.flow not in self._flows or len(self._callers) >= MAX_NESTED:
            self._note("not_called", f"'{node.flow}' is not there, or flows call one another deeper than {MAX_NESTED}")
            return HANG_UP
        self._callers.append((self._flow, self._name, node.next))
        self._change(self._flows[node.flow], now)
        return None

    def _follow(self, target: Target, now: float) -> None:
        self._deadline = None
        self.ways.append((self._flow.name, self._name, target))
        if isinstance(target, To):
            self._enter(target.node, now)
        elif isinstance(target, Repeat):
            if self._step():
                self._ask(self._asking.prompt, now)
        elif isinstance(target, Back):
            self._back(now)
        elif target.kind == "menu" and target.target in self._flows:
            self._out.append(Tell(MenuLeft(self._flow.name, self._name, _written(target))))
            self._change(self._flows[target.target], now)
        else:
            self._leave(target)

    def _change(self, flow: Flow, now: float) -> None:
        self._flow = flow
        self._language = flow.language(self._language)
        self._out.append(Tell(MenuEntered(flow.name, self._language, flow.version)))
        self._enter(flow.start, now)

    def _back(self, now: float) -> None:
        if not self._callers:
            self._leave(HANG_UP)
            return
        self._out.append(Tell(MenuLeft(self._flow.name, self._name, "return")))
        self._flow, self._name, target = self._callers.pop()
        self._language = self._flow.language(self._language)
        self._follow(target, now)

    def _leave(self, destination: Destination) -> None:
        self._stop_listening()
        self._state, self._deadline = State.OVER, None
        self._out.append(Tell(MenuLeft(self._flow.name, self._name, _written(destination))))
        self._out.append(Leave(destination))

    def _play(self, prompt: Prompt, state: State, now: float) -> None:
        self._plays += 1
        self._state, self._deadline = state, now + PLAYING_AT_MOST_S
        self._out.append(Play(prompt, self._language, dict(self._variables), self._play_id))

    def _played(self, now: float) -> None:
        node = self._flow.nodes[self._name]
        if isinstance(node, Say):
            self._follow(node.next, now)
        elif isinstance(node, Record):
            self._go_away(TakeMessage(node.box, node.max_s, node.min_s, node.silence_s), node.max_s, now)
        else:
            self._asked(now)

    def _digit(self, digit: str, now: float) -> None:
        node = self._flow.nodes[self._name]
        if self._state is State.SAYING:
            if isinstance(node, Record):
                self._out.append(StopPlaying())
                self._played(now)
            elif isinstance(node, Say) and node.barge_in:
                self._out.append(StopPlaying())
                self._type_ahead(digit)
                self._follow(node.next, now)
        elif self._state is State.AWAY:
            if isinstance(node, Record):
                if digit in "#*":
                    self._out.append(Cancel(self._away))
            else:
                self._type_ahead(digit)
        else:
            self._digit_for_question(digit, now)

    # --- Elsewhere ----------------------------------------------------------------------------------------------------

    def _go_away(self, wanted: Wanted, longest_s: float, now: float) -> None:
        self._errands += 1
        self._away = self._errands
        self._state, self._deadline = State.AWAY, now + longest_s + AWAY_MORE_S
        self._out.append(Start(self._away, wanted))

    def _fetch(self, node: Web, now: float) -> Target | None:
        try:
            url, body = request_of(node, self._variables)
        except ExpressionError as error:
            self._note("not_fetched", str(error))
            return node.fallback
        self._go_away(WebRequest(node.method, url, node.headers, body, node.timeout_s), node.timeout_s, now)
        return None

    def _returned(self, result: Result, now: float) -> None:
        """What became of the errand that the caller waits for."""
        node = self._flow.nodes[self._name]
        self._away = 0
        if isinstance(node, Crm):
            identity = result.identity if isinstance(result, Found) else None
            if identity is not None:
                self._variables |= {
                    "contact_name": identity.name,
                    "contact_company": identity.company,
                    "contact_vip": identity.vip,
                    "contact_responsible": identity.responsible,
                    "contact_language": identity.language,
                }
            self._follow(node.unknown if identity is None else node.known, now)
        elif isinstance(node, Web):
            fault = result.fault if isinstance(result, WebAnswer) else "no answer"
            if not fault and isinstance(result, WebAnswer):
                try:
                    self._variables |= saved_from(result.document, node.save)
                except ExpressionError as error:
                    fault = str(error)
            if fault:
                self._note("web_request_failed", fault)
            self._follow(node.fallback if fault else node.next, now)
        elif isinstance(node, Ring):
            if isinstance(result, Rung) and result.answered_by is not None:
                self._leave(Destination(kind="person", target=result.answered_by))
            else:
                self._follow(node.no_answer, now)
        elif isinstance(node, Record):
            seconds = result.seconds if isinstance(result, Taken) else 0.0
            self._follow(node.next if seconds >= node.min_s else node.fallback, now)

    def _note(self, what: str, detail: str) -> None:
        self._out.append(Note(self._flow.name, self._name, what, detail))

    def _time_over(self, now: float) -> None:
        if self._state in {State.SAYING, State.ASKING}:
            self._out.append(StopPlaying())
            self._played(now)
        elif self._state is State.AWAY:
            self._out.append(Cancel(self._away))
            self._note("nothing_came_back", "an errand took longer than it may")
            self._returned(WebAnswer(fault="nothing came back in time"), now)
        else:
            self._time_over_for_question(now)


def _written(destination: Destination) -> str:
    return f"{destination.kind}:{destination.target}" if destination.target else destination.kind
