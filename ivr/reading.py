"""A document that fits the schema, as a Flow."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from config.company import Destination
from ivr.document import Document, Path
from ivr.errors import Fault
from ivr.flow import (
    HANG_UP,
    Caller,
    Flow,
    Go,
    Input,
    Language,
    Menu,
    Node,
    Opening,
    Part,
    Prompt,
    Repeat,
    Say,
    Survey,
    Target,
    Text,
    To,
)
from ivr.hours import Hours, Span, parse_days, parse_holidays, parse_span

DEFAULT_LANGUAGES = ("es", "en")
DEFAULT_TIME_ZONE = "Europe/Madrid"

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
            value["flow"], value.get("title", value["flow"]), languages, value["start"], nodes, value.get("version", 1)
        )

    def _node(self, node: dict[str, Any], path: Path) -> Node:
        kind, body = next(iter(node.items()))
        path = (*path, kind)
        if kind == "go":
            return Go(self._target(body, path))
        if kind == "say":
            prompt = _prompt(body["prompt"])
            return Say(prompt, self._target(body["next"], (*path, "next")), body.get("barge_in", True))
        if kind == "language":
            return Language(body["set"], self._target(body["next"], (*path, "next")))
        if kind == "caller":
            return Caller(*(self._target(body[way], (*path, way)) for way in ("known", "withheld")))
        if kind == "hours":
            hours = self._hours(body, path)
            return Opening(hours, *(self._target(body[way], (*path, way)) for way in ("open", "closed")))
        return self._question(kind, body, path)

    def _question(self, kind: str, body: dict[str, Any], path: Path) -> Node:
        common: dict[str, Any] = {
            name: _prompt(body[name]) if name in body else _DEFAULT_PROMPTS[name] for name in ("wrong", "silent")
        }
        common |= {name: float(body[name]) for name in ("timeout_s", "digit_wait_s") if name in body}
        common |= {name: body[name] for name in ("attempts",) if name in body}
        common |= {"prompt": _prompt(body["prompt"]), "fallback": self._target(body["fallback"], (*path, "fallback"))}
        if kind == "menu":
            options = {key: self._target(to, (*path, "options", key)) for key, to in body["options"].items()}
            return Menu(**common, options=options, extensions=body.get("extensions", False))
        common["next"] = self._target(body["next"], (*path, "next"))
        if kind == "survey":
            return Survey(**common)
        limits = {name: body[name] for name in ("min_digits", "max_digits") if name in body}
        asked = Input(**common, into=body["into"], **limits)
        if asked.min_digits > asked.max_digits:
            self._fault((*path, "min_digits"), f"more than max_digits; allowed: 1 to {asked.max_digits}")
        return asked

    def _target(self, value: str | dict[str, Any], path: Path) -> Target:
        if isinstance(value, str):
            if value == "repeat":
                if len(path) < 2 or path[-2] != "options":
                    self._fault(path, "'repeat' is for the options of a menu")
                return Repeat()
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
