"""Settings of the company that hold for one story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.e2e.house import House


@asynccontextmanager
async def company_with(house: House, **fields: Any) -> AsyncIterator[None]:
    """The company with some fields of its own otherwise, and as it was afterwards."""
    before = await house.admin.get("/settings/company")
    await _write(house, {**before["value"], **fields})
    try:
        yield
    finally:
        await _write(house, before["value"])


@asynccontextmanager
async def part(house: House, kind: str, name: str, fields: dict[str, Any]) -> AsyncIterator[None]:
    """A part that there is during the story; ``name``: how its kind is named by the path."""
    await house.admin.post(f"/settings/{kind}", fields)
    try:
        yield
    finally:
        await house.admin.json("DELETE", f"/settings/{kind}/{name}")


async def _write(house: House, value: dict[str, Any]) -> None:
    version = (await house.admin.get("/settings/company"))["version"]
    await house.admin.put(f"/settings/company?version={version}", value)
