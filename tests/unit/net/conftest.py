import asyncio

import pytest

from tests.unit.net.network import House, Peer


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def peer(house: House) -> Peer:
    return Peer(house)


@pytest.fixture
def turn():
    """Let tasks of the test run until they wait."""

    async def turn() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    return turn
