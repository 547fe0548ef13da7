"""Peers that nobody here wrote, against the same server and the same company as the stories."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.conftest import house, open_house, own_server, pytest_runtest_makereport, shared_server, spoken

__all__ = ["house", "open_house", "own_server", "pytest_runtest_makereport", "run", "shared_server", "spoken"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("interop")


def program(name: str, package: str) -> str:
    """Where ``name`` is; skips the test with the Debian package that has it."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install {package})")
    return path


class Peer:
    """A running peer and what it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = ""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while chunk := await self.process.stdout.read(4096):
            self.output += chunk.decode(errors="replace")

    async def ended(self, timeout: float) -> int:
        """Its exit status. Raises AssertionError with its output when it goes on."""
        try:
            status = await asyncio.wait_for(self.process.wait(), timeout)
        except TimeoutError:
            raise AssertionError(f"the peer goes on:\n{self.output[-3000:]}") from None
        await self._reading
        return status

    async def printed(self, text: str, timeout: float) -> None:
        """Wait until it has printed ``text``."""
        for _ in range(round(timeout / 0.05)):
            if text in self.output:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"the peer did not print {text!r}:\n{self.output[-3000:]}")

    async def types(self, line: str) -> None:
        """Give it a line on its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 3)
            except TimeoutError:
                self.process.kill()
        self._reading.cancel()


@pytest.fixture
async def run() -> AsyncIterator[object]:
    """Starts peers; those that still run at the end of the test are stopped."""
    async with AsyncExitStack() as stack:

        async def start(*command: str, cwd: Path) -> Peer:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=cwd,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            peer = Peer(process)
            stack.push_async_callback(peer.stop)
            return peer

        yield start
