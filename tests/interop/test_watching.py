"""baresip watches its voicemail box and a colleague."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest

from tests.e2e.house import House
from tests.interop.conftest import Peer, program
from tests.interop.test_baresip import MODULES
from tests.kit.ports import free_ports

Run = Callable[..., Awaitable[Peer]]
DISTANCE_S = 0.01


class Distance(asyncio.DatagramProtocol):
    """What one telephone sends reaches the server after a while, and what is answered comes back the same way.

    baresip 1.0 (modules/mwi/mwi.c) goes through its list of subscriptions 1 ms after its start and adds to it while it
    does: a registration that is confirmed before that makes this list, and what it sends, endless.
    """

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._telephone: tuple[str, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr != self._server:
            self._telephone = addr
        to = self._telephone if addr == self._server else self._server
        asyncio.get_running_loop().call_later(DISTANCE_S, self.transport.sendto, data, to)


@pytest.fixture
async def distant(house: House) -> AsyncIterator[int]:
    """The port on which the server is reached from a little further away."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Distance(house.server.sip), ("127.0.0.1", 0))
    yield transport.get_extra_info("sockname")[1]
    transport.close()


async def watcher(run: Run, directory: Path, port: int, extension: str, colleague: str, *, mwi: bool) -> Peer:
    path = program("baresip", "baresip-core")
    modules = next((folder for folder in MODULES if Path(folder).is_dir()), MODULES[0])
    (directory / "config").write_text(
        f"poll_method epoll\nsip_listen 127.0.0.1:{free_ports(1)}\nmodule_path {modules}\n"
        "audio_source aubridge,nobody\naudio_player aubridge,nobody\naudio_alert aubridge,nobody\n"
        "rtp_ports 31000-31200\nnet_interface 127.0.0.1\n"
        "module g711.so\nmodule aubridge.so\nmodule_app account.so\nmodule_app contact.so\nmodule_app menu.so\n"
        "module_app mwi.so\nmodule_app presence.so\n"
    )
    server = f"127.0.0.1:{port}"
    watches_box = "yes" if mwi else "no"
    (directory / "accounts").write_text(
        f"<sip:{extension}@{server}>;auth_pass=demo-{extension};answermode=auto;regint=120;mwi={watches_box}\n"
    )
    (directory / "contacts").write_text(f'"Colleague" <sip:{colleague}@{server}>;presence=p2p\n')
    peer = await run(path, "-f", str(directory), "-v", "-s", cwd=directory)
    await peer.printed("200 OK", 15)
    return peer


async def test_baresip_is_told_of_its_box(distant: int, run: Run, tmp_path: Path) -> None:
    peer = await watcher(run, tmp_path, distant, "103", "102", mwi=True)
    await peer.printed("Voice-Message:", 8)


async def test_baresip_sees_a_colleague_come_and_go(house: House, run: Run, tmp_path: Path) -> None:
    peer = await watcher(run, tmp_path, house.server.sip[1], "103", "102", mwi=False)
    await peer.printed("<basic>closed</basic>", 20)
    luis = await house.phone("102")
    await peer.printed("<basic>open</basic>", 10)
    call = await luis.call("*43").answered()
    await peer.printed("On the telephone", 10)
    await call.hang_up()
