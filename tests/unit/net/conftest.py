import asyncio
from collections.abc import Callable

import pytest
import uvloop

from tests.unit.net.network import House, Peer

REAL_SOCKETS = {"test_sockets.py", "test_failed_ways.py", "test_transport_tls.py"}


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Real sockets are tested on the loop that serves, and on the one that comes with Python."""
    factories: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    return factories | {"uvloop": uvloop.new_event_loop} if item.path.name in REAL_SOCKETS else factories


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
