"""The page's types, written from the API's description: ``python -m web.api.typescript`` rewrites them.

Covers what the description uses of JSON Schema: references, ``anyOf``, ``enum``, ``const``, objects, arrays and the
plain types.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from web.api.openapi import REFERENCE, document
from web.api.resources import OPERATIONS

FILE = Path(__file__).parent.parent / "ui" / "src" / "api" / "schema.ts"
HEAD = "/** The documents of the API; written by `python -m web.api.typescript` from its description. */\n"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")


def typescript(schemas: dict[str, Any]) -> str:
    """A TypeScript module with one exported type per schema, in alphabetical order."""
    lines = [f"export type {_name(name)} = {_type(schema, 0)};" for name, schema in sorted(schemas.items())]
    return HEAD + "\n" + "\n\n".join(lines) + "\n"


def _name(schema: str) -> str:
    return re.sub(r"\W", "", schema)


def _type(schema: dict[str, Any], depth: int) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"].removeprefix(REFERENCE.format(model="")))
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(_type(one, depth) for one in schema.get("anyOf") or schema["oneOf"]))
    if "enum" in schema:
        return " | ".join(_literal(value) for value in schema["enum"])
    if "const" in schema:
        return _literal(schema["const"])
    match schema.get("type"):
        case "array":
            return _array(schema, depth)
        case "object":
            return _object(schema, depth)
        case list() as types:
            return " | ".join(_PLAIN[type_] for type_ in types)
        case str() as type_:
            return _PLAIN[type_]
        case _:
            return "unknown"


def _array(schema: dict[str, Any], depth: int) -> str:
    items = _type(schema.get("items", {}), depth)
    return f"({items})[]" if " | " in items else f"{items}[]"


def _object(schema: dict[str, Any], depth: int) -> str:
    inner, outer = "  " * (depth + 1), "  " * depth
    needed = set(schema.get("required", ()))
    fields = [
        f"{inner}{_key(name)}{'' if name in needed else '?'}: {_type(field, depth + 1)};"
        for name, field in schema.get("properties", {}).items()
    ]
    others = schema.get("additionalProperties")
    if others is True or isinstance(others, dict):
        fields.append(f"{inner}[field: string]: {_type(others, depth + 1) if isinstance(others, dict) else 'unknown'};")
    return "{\n" + "\n".join(fields) + f"\n{outer}}}" if fields else "Record<string, unknown>"


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else _literal(name)


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def current() -> str:
    """The module for the API as it is now."""
    return typescript(document(OPERATIONS, "types")["components"]["schemas"])


if __name__ == "__main__":
    FILE.write_text(current(), encoding="utf-8")
