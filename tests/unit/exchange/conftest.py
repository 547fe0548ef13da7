from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from config.company import Company
from config.loading import load_company_file
from tests.unit.calls.virtual_time import VirtualTimePolicy
from tests.unit.exchange.stage import Stage


@pytest.fixture(scope="session")
def aurora() -> Company:
    return load_company_file()


@pytest.fixture
def event_loop_policy(request: pytest.FixtureRequest) -> asyncio.AbstractEventLoopPolicy:
    """Time is virtual where no real socket is used."""
    if "stage" in request.fixturenames:
        return VirtualTimePolicy()
    return asyncio.DefaultEventLoopPolicy()


@pytest.fixture
async def stage(aurora: Company, tmp_path: Path) -> Stage:
    return Stage(aurora, tmp_path)
