"""A list of settings: sought, sorted and paged on the server, whatever its fields are."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from pydantic import BaseModel

from web.api.errors import InvalidError
from web.api.paging import decode_cursor, encode_cursor


def list_page(
    items: list[dict[str, Any]], asked: Any, model: type[BaseModel]
) -> tuple[list[dict[str, Any]], str | None, int]:
    """The items of one page, the cursor of the next, and how many there are of what is sought.

    A company has hundreds of parts, not millions. Raises InvalidError for a field that there is not, MalformedError.
    """
    column, is_falling = (asked.sort or "name").lstrip("-"), (asked.sort or "").startswith("-")
    known = [*model.model_fields, "name", "changed_at", "changed_by", "version"]
    if column not in known:
        fault = {"field": "sort", "message": f"allowed: {', '.join(sorted(set(known)))}"}
        raise InvalidError("the query is wrong", faults=[fault])
    words = folded(asked.q).split()
    sought = [item for item in items if all(word in _text(item) for word in words)]
    sought.sort(key=lambda item: (_key(_field(item, column)), item["name"]), reverse=is_falling)
    start = 0
    if asked.cursor is not None:
        (start,) = decode_cursor(asked.cursor, (int,))
    end = start + asked.limit
    return sought[start:end] if start >= 0 else [], encode_cursor(end) if end < len(sought) else None, len(sought)


def folded(text: str) -> str:
    """Lower case, without accents: what is sought as people type it."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _text(item: dict[str, Any]) -> str:
    return folded(json.dumps(item["value"], ensure_ascii=False))


def _field(item: dict[str, Any], column: str) -> Any:
    return item["value"].get(column, item.get(column))


def _key(value: Any) -> tuple[int, float, str]:
    """Numbers by size, the rest by letters; what is not set comes first."""
    if value is None:
        return 0, 0.0, ""
    if isinstance(value, bool | int | float):
        return 1, float(value), ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return 2, 0.0, folded(text)
