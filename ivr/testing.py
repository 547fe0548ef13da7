"""A caller played by a script, in virtual time: what is heard, and where the call goes.

    caller = PlayedCaller(flows, "main", extensions={"101"})
    caller.hears("Bienvenido")
    caller.presses("1")
    caller.arrives("queue:sales", within_s=2)

No sound and no waiting: what is said takes as long as its words would. Expectations that fail raise ScriptError, which
is an AssertionError, with everything that was heard.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from config.company import Company, Destination
from ivr.actions import Action, Cancel, Leave, Note, Play, SetLanguage, Start, StopPlaying, Tell
from ivr.check import VARIABLE, load_flow
from ivr.errands import Done, Listen
from ivr.errors import ScriptError
from ivr.expressions import Value, written
from ivr.flow import Flow, Part, Prompt, Target
from ivr.interpreter import Interpreter
from ivr.prompts.catalogue import catalogue
from ivr.reading import spoken_form
from ivr.scripted_world import ScriptedWorld, heard
from pbx.events import Body, CallRated
from pbx.ports import Digit, Match, MenuInput, Played, TimedOut

CHARACTERS_PER_SECOND = 14.0
BETWEEN_KEYS_S = 0.25
LONGEST_S = 3600.0
PATIENCE_S = 300.0
"""How long an expectation waits, in virtual seconds, where it does not say itself."""


@dataclass(slots=True)
class Utterance:
    """Something said to the caller; ``ends`` moves forward when the caller cuts in."""

    play_id: str
    text: str
    language: str
    starts: float
    ends: float

    def heard(self, now: float) -> str:
        """As much of the text as has been said by ``now``."""
        until = min(now, self.ends)
        return self.text[: int((until - self.starts) * CHARACTERS_PER_SECOND + 0.5)]


def flows_of(company: Company) -> dict[str, Flow]:
    """The company's flows. Raises FlowError."""
    return {menu.name: load_flow(menu.text, menu.name, company) for menu in company.menus}


def extensions_of(company: Company) -> set[str]:
    """What can be typed in the company's menus: people, rooms, ring groups and queues."""
    return set(company.internal_numbers())


def match(extensions: Iterable[str], digits: str) -> Match:
    """What ``digits`` are among ``extensions``."""
    starting = [extension for extension in extensions if extension.startswith(digits)]
    exact, longer = digits in starting, any(extension != digits for extension in starting)
    if exact:
        return Match.EXACT_AND_PREFIX if longer else Match.EXACT
    return Match.PREFIX if longer else Match.NONE


class PlayedCaller:
    """One caller of ``menu``. ``now`` is virtual, in epoch seconds. Raises UnknownMenuError."""

    def __init__(
        self,
        flows: Mapping[str, Flow],
        menu: str,
        *,
        number: str | None = "+34600111222",
        language: str = "es",
        extensions: Collection[str] = (),
        at: float = 1_767_607_200.0,
        dialled: str = "+34910000001",
        world: ScriptedWorld | None = None,
    ) -> None:
        self.now = at
        self.began = at
        self.language = language
        self.said: list[Utterance] = []
        self.events: list[Body] = []
        self.arrived: Destination | None = None
        self.notes: list[Note] = []
        self._world = world or ScriptedWorld()
        self._due: list[tuple[float, Done]] = []
        self._listens: tuple[int, Listen] | None = None
        self._playing: Utterance | None = None
        self._listened = 0
        self._interpreter = Interpreter(
            flows,
            menu,
            language=language,
            number=number,
            dialled=dialled,
            match=lambda digits: match(extensions, digits),
            is_on=self._world.on.__contains__,
        )
        self._carry_out(self._interpreter.begin(at))

    @property
    def ways(self) -> set[tuple[str, str, Target]]:
        """The ways taken, for Coverage."""
        return set(self._interpreter.ways)

    @property
    def been(self) -> list[tuple[str, str]]:
        """The flows and nodes passed so far, in order."""
        return [(flow, node) for flow, node, _ in self._interpreter.ways]

    @property
    def gone_to(self) -> str | None:
        """Where the caller has left to, as ``arrives`` has it; None in the menu."""
        return None if self.arrived is None else _written(self.arrived)

    @property
    def place(self) -> tuple[str, str]:
        """The flow and the node where the caller is."""
        return self._interpreter.menu, self._interpreter.node

    # --- What the caller does -----------------------------------------------------------------------------------------

    def presses(self, keys: str, between_s: float = BETWEEN_KEYS_S) -> None:
        """Press keys one after the other."""
        for index, key in enumerate(keys):
            if index:
                self.waits(between_s)
            self._give(Digit(key))

    def says(self, words: str) -> None:
        """Say something, once the menu listens. Raises ScriptError when it does not."""
        until = self.now + PATIENCE_S
        while self._listens is None and self.arrived is None and not self._next(until):
            pass
        if self._listens is None:
            raise self._failed(f"nobody listens to '{words}'")
        number, wanted = self._listens
        self._listens = None
        self._due.append(
            (self.now + len(words) / CHARACTERS_PER_SECOND, Done(number, heard(wanted, spoken_form(words))))
        )

    def waits(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while not self._next(until):
            pass

    def listens(self) -> None:
        """Hear everything out: until only the caller's answer is missing, or the caller has left."""
        until = self.now + LONGEST_S
        while self.arrived is None and (self._playing is not None or self._due or self._interpreter.typed):
            if self._next(until):
                return

    # --- What the caller expects --------------------------------------------------------------------------------------

    def hears(self, words: str, within_s: float = PATIENCE_S) -> None:
        """Listen until ``words`` have been said; whatever is said before them is passed over."""
        until = self.now + within_s
        while True:
            for index in range(self._listened, len(self.said)):
                said = self.said[index]
                at = plain(said.text).find(plain(words))
                spoken = said.starts + (at + len(words)) / CHARACTERS_PER_SECOND
                if at >= 0 and spoken <= max(said.ends, self.now) and spoken <= until:
                    self._listened = index
                    self.waits(max(0.0, spoken - self.now))
                    return
            if self._next(until):
                raise self._failed(f"'{words}' was not heard")

    def never_hears(self, words: str) -> None:
        """Nothing said so far contains ``words``."""
        if any(plain(words) in plain(said.heard(self.now)) for said in self.said):
            raise self._failed(f"'{words}' was heard")

    def arrives(self, destination: str, within_s: float = PATIENCE_S) -> None:
        """Wait until the caller leaves the menu, towards ``queue:sales``, ``person:101``, ``hangup`` …"""
        until = self.now + within_s
        while self.arrived is None and not self._next(until):
            pass
        if self.arrived is None:
            raise self._failed(f"the call is still in the menu after {within_s:g} s")
        if _written(self.arrived) != destination:
            raise self._failed(f"the call went to {_written(self.arrived)}, not to {destination}")

    def rates(self, rating: int) -> None:
        """The call has been rated so."""
        given = [event.rating for event in self.events if isinstance(event, CallRated)]
        if given[-1:] != [rating]:
            raise self._failed(f"the rating is {given[-1] if given else 'missing'}, not {rating}")

    # --- Virtual time -------------------------------------------------------------------------------------------------

    def _next(self, until: float) -> bool:
        """Go to the next moment at which something happens, at most to ``until``; True when that is reached."""
        due = [(until, 2)]
        if self._playing is not None:
            due.append((self._playing.ends, 0))
        deadline = self._interpreter.deadline()
        if deadline is not None:
            due.append((deadline, 1))
        if self._due:
            self._due.sort(key=lambda one: one[0])
            due.append((self._due[0][0], -1))
        at, what = min(due)
        self.now = max(self.now, at)
        if what == 0 and self._playing is not None:
            ended, self._playing = self._playing, None
            self._give(Played(ended.play_id))
        elif what == -1:
            self._give(self._due.pop(0)[1])
        elif what == 1:
            self._give(TimedOut())
        return what == 2

    def _give(self, event: MenuInput | Done) -> None:
        self._carry_out(self._interpreter.handle(event, self.now))

    def _carry_out(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if isinstance(action, Play):
                text = words_of(action.prompt, action.language, action.values)
                ends = self.now + len(text) / CHARACTERS_PER_SECOND
                self._playing = Utterance(action.play_id, text, action.language, self.now, ends)
                self.said.append(self._playing)
            elif isinstance(action, StopPlaying):
                if self._playing is not None:
                    self._playing.ends = self.now
                self._playing = None
            elif isinstance(action, SetLanguage):
                self.language = action.language
            elif isinstance(action, Leave):
                self.arrived = action.destination
            elif isinstance(action, Start):
                self._begin(action)
            elif isinstance(action, Cancel):
                self._cancel(action.number)
            elif isinstance(action, Note):
                self.notes.append(action)
            elif isinstance(action, Tell):
                self.events.append(action.body)

    def _begin(self, start: Start) -> None:
        if isinstance(start.wanted, Listen):
            self._listens = (start.number, start.wanted)
            return
        came = self._world.result_of(start.wanted)
        if came is not None:
            after_s, result = came
            self._due.append((self.now + after_s, Done(start.number, result)))

    def _cancel(self, number: int) -> None:
        if self._listens is not None and self._listens[0] == number:
            self._listens = None
        # A message that is cut short is finished at once; nothing else is waited for any more.
        self._due = [
            (self.now, self._world.cut_short(done, at - self.now)) if done.number == number else (at, done)
            for at, done in self._due
        ]

    def _failed(self, what: str) -> ScriptError:
        heard = "\n".join(f"  {said.starts - self.began:7.2f} s  {said.heard(self.now)}" for said in self.said)
        return ScriptError(f"{self.now - self.began:.2f} s into the call: {what}; heard so far:\n{heard}")


def words_of(prompt: Prompt, language: str, values: Mapping[str, Value]) -> str:
    """What is said, in words; the digits of a variable one by one."""
    return " ".join(words for words in (_words(part, language, values) for part in prompt) if words)


def _words(part: Part, language: str, values: Mapping[str, Value]) -> str:
    if part.prompt:
        return catalogue(language)[part.prompt].filled({name: written(value) for name, value in values.items()})
    text = part.texts.get(language)
    if text is None:
        return f"({part.name})" if part.name and not part.texts else ""
    return VARIABLE.sub(lambda found: _value_in_words(values.get(found[1])), text.text)


def _value_in_words(value: Value) -> str:
    text = written(value)
    return " ".join(text) if isinstance(value, str) and text.isdigit() else text


def plain(text: str) -> str:
    """Without accents and capitals, one space between words; as long as it was."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return "".join(letters).casefold()


def _written(destination: Destination) -> str:
    return f"{destination.kind}:{destination.target}" if destination.target else destination.kind
