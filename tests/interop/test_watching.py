"""baresip watches its voicemail box and a colleague."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.e2e.house import House
from tests.interop.conftest import Peer, program
from tests.interop.test_baresip import MODULES
from tests.kit import Server
from tests.kit.ports import free_ports

Run = Callable[..., Awaitable[Peer]]
ATTEMPTS = 3


async def watcher(run: Run, directory: Path, house: House, extension: str, colleague: str, *, mwi: bool) -> Peer:
    path = program("baresip", "baresip-core")
    modules = next((folder for folder in MODULES if Path(folder).is_dir()), MODULES[0])
    (directory / "config").write_text(
        f"poll_method epoll\nsip_listen 127.0.0.1:{free_ports(1)}\nmodule_path {modules}\n"
        "audio_source aubridge,nobody\naudio_player aubridge,nobody\naudio_alert aubridge,nobody\n"
        "rtp_ports 31000-31200\nnet_interface 127.0.0.1\n"
        "module g711.so\nmodule aubridge.so\nmodule_app account.so\nmodule_app contact.so\nmodule_app menu.so\n"
        "module_app mwi.so\nmodule_app presence.so\n"
    )
    server = f"127.0.0.1:{house.server.sip[1]}"
    watches_box = "yes" if mwi else "no"
    (directory / "accounts").write_text(
        f"<sip:{extension}@{server}>;auth_pass=demo-{extension};answermode=auto;regint=120;mwi={watches_box}\n"
    )
    (directory / "contacts").write_text(f'"Colleague" <sip:{colleague}@{server}>;presence=p2p\n')
    peer = await run(path, "-f", str(directory), "-v", "-s", cwd=directory)
    await peer.printed("200 OK", 15)
    return peer


async def test_baresip_is_told_of_its_box(
    own_server: Callable[..., Server], open_house: Callable[[Server], Any], run: Run, tmp_path: Path
) -> None:
    """baresip 1.0 now and then subscribes without end and reads nothing: three tries, each on a server of its own."""
    for attempt in range(ATTEMPTS):
        directory = tmp_path / str(attempt)
        directory.mkdir()
        peer = await watcher(run, directory, await open_house(own_server()), "103", "102", mwi=True)
        try:
            await peer.printed("Voice-Message:", 8)
        except AssertionError:
            await peer.stop()
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


async def test_baresip_sees_a_colleague_come_and_go(house: House, run: Run, tmp_path: Path) -> None:
    peer = await watcher(run, tmp_path, house, "103", "102", mwi=False)
    await peer.printed("<basic>closed</basic>", 20)
    luis = await house.phone("102")
    await peer.printed("<basic>open</basic>", 10)
    call = await luis.call("*43").answered()
    await peer.printed("On the telephone", 10)
    await call.hang_up()
