"""Answers written straight from documents: a list of a whole floor is no place for a model per row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from aiohttp import web

from web.api.operation import JSON

Document = dict[str, Any]


def encoded(document: Any) -> bytes:
    """``document`` as JSON; an ``orjson.Fragment`` in it is JSON already."""
    return orjson.dumps(document)


def array(encoded_items: Iterable[bytes]) -> orjson.Fragment:
    """A JSON array of items that are JSON already."""
    return orjson.Fragment(b"[" + b",".join(encoded_items) + b"]")


def page(items: Any, next_cursor: str | None) -> web.Response:
    """One page of a list; ``items`` a list of documents, or an array that is JSON already."""
    return web.Response(body=orjson.dumps({"items": items, "next_cursor": next_cursor}), content_type=JSON)
