"""Every list of the API comes in pages: `limit`, `cursor`, `next_cursor`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.web.conftest import House
from web.api.errors import MalformedError
from web.api.paging import decode_cursor, encode_cursor
from web.api.resources import OPERATIONS

LISTS = [
    operation
    for operation in OPERATIONS
    if operation.method == "GET" and operation.answer is not None and "next_cursor" in operation.answer.model_fields
]


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.name)
def test_a_list_takes_a_limit_and_a_cursor(operation: Any) -> None:
    assert operation.query is not None
    assert {"limit", "cursor"} <= set(operation.query.model_fields)


@pytest.mark.parametrize(
    "path", ["/settings", "/permissions", "/greetings", "/prompts", "/sessions", "/settings/company/versions"]
)
async def test_pages_one_by_one_are_the_whole(house: House, path: str) -> None:
    whole = await house.get("admin", path)
    assert whole["next_cursor"] is None
    found: list[Any] = []
    cursor = ""
    while True:
        page = await house.get("admin", f"{path}?limit=1{cursor}")
        found += page["items"]
        assert len(page["items"]) <= 1
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == whole["items"]


async def test_a_report_comes_in_pages(house: House) -> None:
    whole = await house.get("admin", "/reports/queues")
    first = await house.get("admin", "/reports/queues?limit=1")
    assert first["items"] == whole["items"][:1]
    assert (first["next_cursor"] is None) == (len(whole["items"]) < 2)


@pytest.mark.parametrize("place", [(10**30,), (2**63,), (-1,)])
def test_a_cursor_holds_no_number_that_a_database_cannot_take(place: tuple[int]) -> None:
    with pytest.raises(MalformedError):
        decode_cursor(encode_cursor(*place), (int,))
