"""A document that fits the schema, as a Flow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from config.company import Destination
from ivr.document import Document, Path
from ivr.errors import ExpressionError, Fault
from ivr.expressions import Expression, read_expression
from ivr.flow import (
    HANG_UP,
    Back,
    Branch,
    Caller,
    Crm,
    Flow,
    Go,
    Input,
    Language,
    Menu,
    Node,
    Opening,
    Part,
    Prompt,
    Record,
    Repeat,
    Ring,
    Say,
    Set,
    Sub,
    Survey,
    Target,
    Text,
    To,
    Transfer,
    Web,
)
from pbx.routing.hours import Hours, Span, parse_days, parse_holidays, parse_span

DEFAULT_LANGUAGES = ("es", "en")
DEFAULT_TIME_ZONE = "Europe/Madrid"

SHORTEST_CHECKED = 3
_QUESTIONS = frozenset({"menu", "input", "survey"})
_DESTINATIONS = frozenset({"queue", "person", "room", "voicemail", "ring_group", "callback", "number"})
_WAYS = ("next", "fallback", "known", "withheld", "unknown", "open", "closed", "otherwise", "no_answer")
_PLAIN = ("barge_in", "url", "method", "headers", "save", "timeout_s", "max_s", "min_s", "silence_s")
_DEFAULT_PROMPTS = {"wrong": (Part(prompt="menu.wrong"),), "silent": (Part(prompt="menu.silent"),)}


class Reader:
    """Reads one document; ``faults`` are those that a schema cannot find."""

    def __init__(self, document: Document, time_zone: str = DEFAULT_TIME_ZONE) -> None:
        self.faults: list[Fault] = []
        self._document = document
        self._time_zone = time_zone

    def flow(self) -> Flow:
        """The whole flow."""
        value = self._document.value
        languages = tuple(value.get("languages", DEFAULT_LANGUAGES))
        nodes = {name: self._node(node, ("nodes", name)) for name, node in value["nodes"].items()}
        return Flow(
            value["flow"],
            value.get("title", value["flow"]),
            languages,
            value["start"],
            nodes,
            value.get("version", 1),
            tuple(value.get("variables", ())),
        )

    def _node(self, node: dict[str, Any], path: Path) -> Node:
        kind, body = next(iter(node.items()))
        path = (*path, kind)
        if kind in _DESTINATIONS:
            return Go(Destination.model_validate({"kind": kind, "target": str(body)}))
        if kind == "go":
            return Go(self._target(body, path))
        if kind == "hang_up":
            return Go(HANG_UP)
        ways = {way: self._target(body[way], (*path, way)) for way in _WAYS if way in body}
        if kind in _QUESTIONS:
            return self._question(kind, body, ways, path)
        return self._other(kind, body, ways, path)

    def _other(self, kind: str, body: dict[str, Any], ways: dict[str, Any], path: Path) -> Node:
        plain: dict[str, Any] = {name: body[name] for name in _PLAIN if name in body}
        match kind:
            case "say":
                return Say(_prompt(body["prompt"]), **ways, **plain)
            case "play":
                return Say((Part(name=body["file"]),), **ways, **plain)
            case "language":
                return Language(body["set"], **ways)
            case "caller":
                return Caller(**ways)
            case "crm":
                return Crm(**ways)
            case "hours":
                return Opening(self._hours(body, path), switch=body.get("switch", ""), **ways)
            case "set":
                return Set(self._expressions(body["values"], (*path, "values")), **ways)
            case "branch":
                return Branch(tuple(self._cases(body["when"], (*path, "when"))), **ways)
            case "web":
                fields = self._expressions(body.get("body", {}), (*path, "body"))
                return Web(body=fields, **ways, **plain)
            case "ring":
                return Ring(tuple(str(one) for one in body["people"]), **ways, **plain)
            case "transfer":
                return Transfer(
                    self._expression(body["to"], (*path, "to")), allowed=tuple(body.get("allowed", ())), **ways
                )
            case "flow":
                return Sub(body["name"], **ways)
            case _:
                return Record(_prompt(body["prompt"]), str(body["box"]), **ways, **plain)

    def _cases(self, cases: list[dict[str, Any]], path: Path) -> Iterator[tuple[Expression, Target]]:
        for at, case in enumerate(cases):
            yield self._expression(case["if"], (*path, at, "if")), self._target(case["to"], (*path, at, "to"))

    def _expressions(self, values: dict[str, Any], path: Path) -> dict[str, Expression]:
        return {name: self._expression(value, (*path, name)) for name, value in values.items()}

    def _expression(self, value: str | float | bool, path: Path) -> Expression:
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            return read_expression(text)
        except ExpressionError as error:
            self._fault(path, str(error))
            return Expression("none", frozenset())

    def _question(self, kind: str, body: dict[str, Any], ways: dict[str, Target], path: Path) -> Node:
        common: dict[str, Any] = {
            name: _prompt(body[name]) if name in body else _DEFAULT_PROMPTS[name] for name in ("wrong", "silent")
        }
        common |= {name: float(body[name]) for name in ("timeout_s", "digit_wait_s") if name in body}
        common |= {name: body[name] for name in ("attempts",) if name in body}
        common |= {"prompt": _prompt(body["prompt"]), **ways}
        if kind == "menu":
            options = {key: self._target(to, (*path, "options", key)) for key, to in body["options"].items()}
            words = self._words(body.get("words", {}), options, (*path, "words"))
            return Menu(**common, options=options, extensions=body.get("extensions", False), words=words)
        if kind == "survey":
            return Survey(**common)
        more = {name: body[name] for name in ("min_digits", "max_digits", "check", "confirm") if name in body}
        asked = Input(**common, into=body["into"], **more)
        if asked.min_digits > asked.max_digits:
            self._fault((*path, "min_digits"), f"more than max_digits; allowed: 1 to {asked.max_digits}")
        if asked.check and asked.min_digits < SHORTEST_CHECKED:
            allowed = f"{SHORTEST_CHECKED} and more where a check digit is asked for"
            self._fault((*path, "check"), f"min_digits is {asked.min_digits}; allowed: {allowed}")
        return asked

    def _words(
        self, words: dict[str, Any], options: dict[str, Target], path: Path
    ) -> dict[str, dict[str, tuple[str, ...]]]:
        said: set[tuple[str, str]] = set()
        for key, by_language in words.items():
            if key not in options:
                self._fault((*path, key), f"no option '{key}'; every word stands for a key", key=True)
            for language, phrases in by_language.items():
                for at, phrase in enumerate(phrases):
                    if (language, spoken_form(phrase)) in said:
                        self._fault((*path, key, language, at), f"'{phrase}' stands for two keys")
                    said.add((language, spoken_form(phrase)))
        return {
            key: {language: tuple(map(spoken_form, phrases)) for language, phrases in by_language.items()}
            for key, by_language in words.items()
        }

    def _target(self, value: str | dict[str, Any], path: Path) -> Target:
        if isinstance(value, str):
            if value == "repeat":
                if len(path) < 2 or path[-2] != "options":
                    self._fault(path, "'repeat' is for the options of a menu")
                return Repeat()
            if value == "return":
                return Back()
            return HANG_UP if value == "hang_up" else To(value)
        kind, target = next(iter(value.items()))
        return Destination.model_validate({"kind": kind, "target": str(target)})

    def _hours(self, body: dict[str, Any], path: Path) -> Hours:
        weekly: dict[int, tuple[Span, ...]] = {}
        for days, spans in body["week"].items():
            read = self._spans(spans, (*path, "week", days))
            try:
                weekly |= dict.fromkeys(parse_days(days), read)
            except ValueError as error:
                self._fault((*path, "week", days), str(error), key=True)
        dates: dict[date, tuple[Span, ...]] = {}
        for day, spans in body.get("dates", {}).items():
            read = self._spans(spans, (*path, "dates", day))
            try:
                dates[date.fromisoformat(day)] = read
            except ValueError:
                self._fault((*path, "dates", day), f"there is no day '{day}'", key=True)
        return Hours(self._zone(body, path), weekly, dates, self._holidays(body, path))

    def _spans(self, spans: list[str], path: Path) -> tuple[Span, ...]:
        read = []
        for index, span in enumerate(spans):
            try:
                read.append(parse_span(span))
            except ValueError as error:
                self._fault((*path, index), str(error))
        return tuple(read)

    def _zone(self, body: dict[str, Any], path: Path) -> str:
        name: str = body.get("time_zone", self._time_zone)
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            self._fault((*path, "time_zone"), f"'{name}' is no time zone; allowed: names like Europe/Madrid")
        return name

    def _holidays(self, body: dict[str, Any], path: Path) -> str:
        code: str = body.get("holidays", "")
        try:
            return parse_holidays(code) if code else ""
        except ValueError as error:
            self._fault((*path, "holidays"), str(error))
            return ""

    def _fault(self, path: Path, message: str, *, key: bool = False) -> None:
        self.faults.append(self._document.fault(path, message, key=key))


def _prompt(value: dict[str, Any] | list[dict[str, Any]]) -> Prompt:
    return tuple(_part(part) for part in (value if isinstance(value, list) else [value]))


def _part(value: dict[str, Any]) -> Part:
    texts = {language: _text(value[language], language) for language in DEFAULT_LANGUAGES if language in value}
    return Part(texts, value.get("prompt", ""), value.get("name", ""))


def _text(value: str | dict[str, str], language: str) -> Text:
    if isinstance(value, str):
        return Text(" ".join(value.split()), language)
    return Text(" ".join(value["text"].split()), value.get("voice", language))


def spoken_form(phrase: str) -> str:
    """A phrase as engines and comparisons want it: small letters, one space between words."""
    return " ".join(phrase.casefold().split())
