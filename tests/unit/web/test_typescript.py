"""The page's types follow the API's description."""

from __future__ import annotations

from web.api.typescript import FILE, current, typescript


def test_the_committed_types_are_those_of_the_api() -> None:
    assert FILE.read_text(encoding="utf-8") == current(), "rewrite them: python -m web.api.typescript"


def test_each_kind_of_schema_has_its_type() -> None:
    written = typescript(
        {
            "Thing-Output": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "kind": {"enum": ["a", "b"]},
                    "from": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                    "odd-name": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
                    "other": {"$ref": "#/components/schemas/Other"},
                    "only": {"const": 1},
                },
                "required": ["name", "kind", "from"],
            },
            "Other": {"type": "object", "additionalProperties": True},
        }
    )
    assert "export type ThingOutput = {" in written
    assert '  kind: "a" | "b";' in written
    assert "  from: number | null;" in written
    assert '  "odd-name"?: (number | null)[];' in written
    assert "  other?: Other;" in written
    assert "  only?: 1;" in written
    assert "  [field: string]: unknown;" in written
