"""The product under test: one server for all that share it, the demo company fresh for each test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.house import House
from tests.kit import Server
from tests.kit.spoken import Spoken

ServerFactory = Callable[..., Server]
SHARED = pytest.StashKey[Server]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("e2e")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failure shows what the servers of the test have logged during it."""
    report = yield
    if report.failed:
        for server in {id(server): server for server in servers_of(item)}.values():
            report.sections.append((f"log of the server in {server.directory}", server.log()))
    return report


def servers_of(item: pytest.Item) -> Iterator[Server]:
    """Those that the fixtures of the test have given it."""
    for value in getattr(item, "funcargs", {}).values():
        for server in (value, getattr(value, "server", None), *getattr(value, "made", ())):
            if isinstance(server, Server):
                yield server


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """What the servers of this run have had spoken, in every worker."""
    own = tmp_path_factory.getbasetemp()
    return Spoken((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "spoken")


@pytest.fixture(scope="session")
def shared_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, spoken: Spoken) -> Server:
    """The server of every test, here and in tests/interop, that leaves it as it was; stopped at the very end."""
    stash = request.config.stash
    if SHARED not in stash:
        stash[SHARED] = Server(tmp_path_factory.mktemp("shared"), spoken=spoken)
        server = stash[SHARED]
        request.config.add_cleanup(partial(_stop, server))
        server.start()
    elif not stash[SHARED].is_healthy():
        pytest.fail(f"the shared server is not healthy:\n{stash[SHARED].log()}")
    return stash[SHARED]


@pytest.fixture
def own_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, spoken: Spoken
) -> Iterator[ServerFactory]:
    """Makes servers that only this test uses; not started yet unless asked: ``own_server(start=True)``."""
    with ExitStack() as stack:

        def make(start: bool = True, **options: Any) -> Server:
            if SHARED in request.config.stash:
                request.config.stash[SHARED].keep_spoken()
            server = Server(tmp_path_factory.mktemp("own"), spoken=spoken, **options)
            made.append(server)
            stack.callback(server.kill)
            if start:
                server.start()
            return server

        made: list[Server] = []
        make.made = made  # type: ignore[attr-defined]
        yield make


@pytest.fixture
async def house(shared_server: Server) -> AsyncIterator[House]:
    """The demo company on the shared server: everybody offline, no call up, nobody registered."""
    async with AsyncExitStack() as stack:
        house = await House.open(shared_server, stack)
        await house.tidy()
        house.events.forget()
        shared_server.mark_log()
        yield house
        await house.leave()


@pytest.fixture
async def open_house() -> AsyncIterator[Callable[[Server], Any]]:
    """Opens the demo company of a test's own server."""
    async with AsyncExitStack() as stack:

        async def open_(server: Server) -> House:
            return await House.open(server, stack)

        yield open_


def _stop(server: Server) -> None:
    server.stop()
