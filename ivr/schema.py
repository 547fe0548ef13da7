"""A flow document against its JSON Schema (draft 2020-12), each fault in words that say what is allowed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ivr.document import Document
from ivr.errors import Fault

_FOLDER = Path(__file__).parent

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}


@cache
def validator(kind: str) -> Draft202012Validator:
    """The schema of ``flow`` or ``script`` documents, ready to use."""
    schema = json.loads((_FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def schema_faults(document: Document, kind: str = "flow") -> list[Fault]:
    """Everything in which the document does not fit the schema of its kind."""
    return [_fault(document, error) for error in validator(kind).iter_errors(document.value)]


def _fault(document: Document, error: ValidationError) -> Fault:
    path = tuple(error.absolute_path)
    rule = str(error.validator)
    limit: Any = error.validator_value
    given: Any = error.instance
    schema: Any = error.schema
    if rule == "additionalProperties" and isinstance(given, dict):
        allowed = sorted(schema.get("properties", {}))
        unknown = next(key for key in given if key not in allowed)
        return document.fault((*path, unknown), f"unknown key; allowed: {', '.join(allowed)}", key=True)
    if rule == "required":
        missing = ", ".join(f"'{name}'" for name in limit if name not in given)
        return document.fault(path, f"{missing} must be given", key=True)
    if rule == "pattern" and error.parent is None and given != document_value(document, path):
        # A name of a property: the path leads to the mapping that holds it.
        return document.fault((*path, str(given)), f"'{given}' is no name; allowed: {_pattern(str(limit))}", key=True)
    return document.fault(path, _words(rule, limit, given, schema))


def document_value(document: Document, path: tuple[str | int, ...]) -> Any:
    """What stands at ``path``."""
    value = document.value
    for part in path:
        value = value[part]
    return value


def _words(rule: str, limit: Any, given: Any, schema: Any) -> str:
    if rule == "type":
        kinds = [limit] if isinstance(limit, str) else list(limit)
        return f"{_shown(given)} is given; allowed: {' or '.join(_TYPES[kind] for kind in kinds)}"
    if rule == "enum":
        return f"{_shown(given)} is given; allowed: {', '.join(str(one) for one in limit)}"
    if rule == "pattern":
        return f"{_shown(given)} is given; allowed: {_pattern(str(limit))}"
    if rule in {"minimum", "maximum"}:
        return f"{_shown(given)} is given; allowed: {schema.get('minimum')} to {schema.get('maximum')}"
    if rule in {"minLength", "maxLength"}:
        length = f"{schema.get('minLength', 0)} to {schema.get('maxLength')} characters"
        return f"{len(given)} characters are given; allowed: {length}"
    if rule in {"minItems", "maxItems"}:
        return f"{len(given)} are given; allowed: {schema.get('minItems', 0)} to {schema.get('maxItems')}"
    if rule in {"minProperties", "maxProperties"}:
        known = ", ".join(schema.get("properties", {}))
        some = "one" if schema.get("maxProperties") == 1 else "at least one"
        return f"{len(given)} keys are given; allowed: {some}{f' of: {known}' if known else ''}"
    return "each may be given once" if rule == "uniqueItems" else f"does not fit '{rule}'"


def _pattern(pattern: str) -> str:
    if pattern.startswith("^[a-z0-9][a-z0-9_"):
        return "1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit"
    return {
        "^[0-9*#]$": "one key of 0-9, * and #",
        "^\\+[1-9][0-9]{5,14}$": "a number in E.164, for example +34910000001",
        "^[a-z][a-z0-9_]{0,31}$": "1 to 32 of a-z, 0-9 and _, beginning with a letter",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a date, for example 2026-12-24",
        "^[0-9*#]{1,32}$": "1 to 32 keys of 0-9, * and #",
        "^(\\+[1-9][0-9]{5,14}|withheld)$": "a number in E.164, for example +34600111222, or withheld",
        "^(menu|queue|person|room|voicemail|ring_group|number|callback):.+$|^hangup$": (
            "KIND:TARGET, for example queue:sales, or hangup"
        ),
        "^[A-Z]{2}(-[A-Z0-9]{1,3})?$": "ISO 3166 codes like ES or ES-MD",
    }.get(pattern, pattern)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else f"'{value}'"
    return text if len(text) <= 40 else f"{text[:39]}…"
