from __future__ import annotations

import asyncio

import pytest

from tests.unit.calls.virtual_time import VirtualTimePolicy


@pytest.fixture
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    return VirtualTimePolicy()
