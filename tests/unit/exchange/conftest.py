from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from config.company import Company
from config.loading import load_company_file
from tests.unit.calls.virtual_time import VirtualTimeLoop
from tests.unit.exchange.stage import Stage


def pytest_asyncio_loop_factories(item: pytest.Function) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Time is virtual where no real socket is used."""
    return {"virtual": VirtualTimeLoop} if "stage" in item.fixturenames else {"real": asyncio.new_event_loop}


@pytest.fixture(scope="session")
def aurora() -> Company:
    return load_company_file()


@pytest.fixture
async def stage(aurora: Company, tmp_path: Path) -> Stage:
    return Stage(aurora, tmp_path)
