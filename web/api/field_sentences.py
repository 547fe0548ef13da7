"""What is wrong with a field, as a sentence that whoever fills in a form understands.

Pydantic says it for programmers ("String should match pattern '^\\+[1-9]…$'"); here it is said for people, always in
English: ``problems_es`` has the same in Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from config.addresses import HOST, HOST_OR_NONE, KNOWN
from web.api.model import ONE_LINE

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_FAULTS = 20
LONGEST_FIELD = 200
_BRANCH = re.compile(r"constrained-str|\[key\]|[a-z-]+\[.*\]", re.DOTALL)
_INSIDE = re.compile(r"(?P<field>[a-z][a-z_]*): (?P<said>.+)", re.DOTALL)
_QUOTED = re.compile(r"'([^']*)'")

NUMBER_LIKE = "a number with its country, such as +34910000001"
NONE_LEFT = "at least one is needed"
SHORT_NAME = "small letters, digits, - and _, beginning with a letter or a digit, such as sales-2"
LOGIN = "small letters, digits, dots, - and _, beginning with a letter or a digit, such as ana.ruiz"
MAIL = "an e-mail address, such as ana@example.com"
# What a text has to look like, by the pattern of its field.
PATTERNS: Mapping[str, str] = {
    r"^[0-9]{2,6}$": "2 to 6 digits, such as 101",
    r"^[a-z0-9][a-z0-9._-]{0,63}$": LOGIN,
    r"^([a-z0-9][a-z0-9._-]{0,63})?$": LOGIN,
    r"^[a-z0-9][a-z0-9_-]{0,63}$": SHORT_NAME,
    r"^\+[1-9][0-9]{5,14}$": NUMBER_LIKE,
    r"^\+[1-9][0-9]{6,14}$": NUMBER_LIKE,
    r"^(department:[^\x00]{1,64}|[a-z0-9][a-z0-9._-]{0,63})$": "a user name, or department: and its name",
    r"^[0-9]{0,12}$": "up to 12 digits",
    r"^[0-9]{2,15}$": "2 to 15 digits, such as 112",
    HOST: "a name or an address, such as sip.carrier.example",
    HOST_OR_NONE: "a name or an address, such as sip.carrier.example",
    KNOWN: "an address with its port or without, such as 203.0.113.20:5060",
    r'^[^\s"<>\x00]{0,128}$': "at most 128 characters, without spaces and quotation marks",
    r"^([0-9]{4,12})?$": "4 to 12 digits, or nothing",
    r"^\+?[0-9]{2,20}$": "2 to 20 digits, with or without + before them",
    r"^\+?[0-9]{2,15}\*?$": "a number, or the beginning of one and *, such as +346*",
    r"^(\+[0-9]{1,14})?$": "the beginning of a number with its country, such as +346",
    r"^\+[1-9][0-9]{0,14}$": "the beginning of a number with its country, such as +346",
    r"^https?://[^\s/]+(/\S*)?$": "a web address that begins with https:// or http://",
    r"^([a-z]+(\.[a-z_]+)?|\*)$": "a type of event such as call.ended, a group such as call, or *",
    r"^[A-Z]{2}$": "the two letters of a country, such as ES",
    r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?$": "a country or a region by its code, such as ES or ES-MD",
    r"^[^@\s]{1,64}@[^@\s]{1,189}$": MAIL,
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}$": MAIL,
    r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$": "from when to when, such as 09:00-14:00",
    r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$": "a weekday or several, such as mon-fri",
    r"^\d{4}-\d\d-\d\d$": "a day as year, month and day, such as 2026-12-24",
    r"^[0-9a-f]{12}$": "the 12 letters and digits on the telephone's label, such as 00:15:65:AA:BB:CC",
    r"^[a-z][a-z_]{0,39}$": "the name of a fact, such as rating, queue or vip",
    r"^[a-z_]+(\.[a-z_.]+)?$": "the name of a permission, such as recordings.delete",
    r"^-?[a-z_]+$": "the name of a field",
    r"^([+0-9(][0-9? ()./\-]*\*?|anonymous)$": "a number, the beginning of one and *, or anonymous",
    r"^(company|department:[^\x00]{1,64}|person:[a-z0-9._-]{1,64})$": "company, department:NAME or person:LOGIN",
    r"^(es|en)$": "es or en",
    r"^[+*#0-9(][0-9*# ()./\-]*$": "a number, an extension or a code, such as 101 or +34600111222",
    r"^[+0-9(][0-9 ()./\-]*$": "a telephone number, such as +34600111222",
    r"^[0-9*#]{1,32}$": "1 to 32 keys of a telephone: digits, * and #",
    r"^[A-Z]{3}$": "the three letters of a currency, such as EUR",
    r"^[^@\s\x00]+@[^@\s\x00]+$": MAIL,
    r"^[a-z0-9][a-z0-9_-]*$": SHORT_NAME,
    r"\S": "at least one letter or digit",
    ONE_LINE: "one line, with at least one letter or digit",
}


def faults_of(error: ValidationError) -> list[dict[str, str]]:
    """One entry per fault: ``field`` (a dotted path) and ``message``.

    A field that may be one of several things is told once; a rule about several fields stands at the one it names.
    """
    faults: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        path = [str(step) for step in fault["loc"] if not (isinstance(step, str) and _BRANCH.fullmatch(step))]
        said = sentence(fault)
        inside = _INSIDE.fullmatch(said) if fault["type"] == "value_error" else None
        if inside is not None and inside["field"] != "allowed":
            path, said = [*path, inside["field"]], inside["said"]
        field = ".".join(path)[:LONGEST_FIELD]
        if field not in faults:
            faults[field] = said
        elif fault["type"] != "literal_error" and faults[field] != said:
            faults[field] = f"{faults[field]}; {said}"
    shown = [field for field in faults if faults[field] != NONE_LEFT or not _holds_others(field, faults)]
    return [{"field": field, "message": faults[field]} for field in shown][:MAX_FAULTS]


def _holds_others(field: str, faults: Mapping[str, str]) -> bool:
    """Whether a list is short only because what it holds is wrong."""
    return any(other.startswith(f"{field}.") for other in faults)


def sentence(error: ErrorDetails) -> str:
    """One of Pydantic's errors as a sentence; what a validator of ours says is one already."""
    kind, given = error["type"], error.get("ctx", {})
    match kind:
        case "missing":
            return "this is needed"
        case "string_pattern_mismatch":
            return PATTERNS.get(str(given.get("pattern")), "this is not written as it has to be")
        case "string_too_short" if given.get("min_length") == 1:
            return "this must not be empty"
        case "string_too_short":
            return f"at least {given['min_length']} characters"
        case "string_too_long":
            return f"at most {given['max_length']} characters"
        case "too_short" if given.get("min_length") == 1:
            return NONE_LEFT
        case "too_short":
            return f"at least {given['min_length']}"
        case "too_long":
            return f"at most {given['max_length']}"
        case "greater_than_equal":
            return f"at least {_number(given['ge'])}"
        case "less_than_equal":
            return f"at most {_number(given['le'])}"
        case "greater_than":
            return f"more than {_number(given['gt'])}"
        case "less_than":
            return f"less than {_number(given['lt'])}"
        case "literal_error" | "enum":
            return f"one of these: {', '.join(_QUOTED.findall(str(given['expected'])))}"
        case "extra_forbidden":
            return "there is no such field"
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
        case _:
            return _of_type(kind, str(error["msg"]))


def _of_type(kind: str, said: str) -> str:
    match kind.partition("_")[0]:
        case "string":
            return "a text"
        case "int":
            return "a whole number"
        case "float" | "finite":
            return "a number"
        case "bool":
            return "yes or no"
        case "list" | "tuple" | "set":
            return "a list"
        case "dict" | "model" | "mapping":
            return "several fields, each with its name"
        case "datetime" | "timezone":
            return "a moment as in RFC 3339, such as 2026-11-22T10:00:00Z"
        case "date":
            return "a day as year, month and day, such as 2026-12-24"
        case _:
            return said


def _number(limit: object) -> str:
    return f"{limit:g}" if isinstance(limit, float) else str(limit)
