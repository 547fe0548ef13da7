"""Start, stop, start again: draining, data that stays, and one clear line when it cannot start."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, CARMEN, SALES, House, both_hear_each_other, check_recording
from tests.kit import CallerScript, NothingCameError, Server
from tests.kit.phone import answers

OpenHouse = Callable[[Server], Any]


async def stopped(server: Server, timeout: float) -> int:
    """Wait for the end of the process without holding up the loop; its status."""
    assert server.process is not None
    return await asyncio.to_thread(server.process.wait, timeout)


async def test_sigterm_lets_the_current_call_finish_and_takes_no_new_one(
    own_server: ServerFactory, open_house: OpenHouse
) -> None:
    server = own_server()
    house: House = await open_house(server)
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=8).run()
    server.terminate()
    await asyncio.sleep(1)
    server.terminate()
    new = await house.place(SALES, "+34600999040")
    try:
        assert await new.refused(8) >= 480
    except NothingCameError:
        assert not new.is_answered
    await both_hear_each_other(call, ana.phone.latest)
    await call.hang_up()
    await ana.phone.latest.ended()
    assert await stopped(server, 20) == 0


async def test_a_second_start_has_all_the_data_of_the_first(own_server: ServerFactory, open_house: OpenHouse) -> None:
    server = own_server()
    house: House = await open_house(server)
    await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await call.answered()
    call.say_tone(440)
    await CallerScript(call).hears_tone(AGENT_HZ, within=8, seconds=1.5).hangs_up().run()
    call_id = await house.call_id(caller_number=CARMEN)
    before = await house.logged(call_id, timeout=5)
    await house.admin.post("/settings/campaigns", {"name": "kept", "queue": "sales"})
    await (await house.api("luis")).put("/agents/me", {"state": "break", "reason": "café"})
    await house.events.next("agent.state", login="luis", state="break")
    await house.admin.post("/campaigns/kept/contacts", {"items": [{"number": CARMEN, "name": "Carmen"}]})
    assert await asyncio.to_thread(server.stop) == 0
    assert await asyncio.to_thread(server.start) < 20
    carrier = await house.carrier()
    house = await open_house(server)
    (kept,) = await house.admin.items("/campaigns")
    assert (kept["state"], kept["waiting"]) == ("stopped", 1)
    luis = await house.admin.agent("luis")
    assert (luis["state"], luis["reason"]) == ("break", "café")
    assert await house.logged(call_id, timeout=5) == before
    check_recording(await house.recording(before["recording_id"]))
    again = await house.agent("ana", answers(AGENT_HZ))
    assert again.phone.endpoint.transport.local[1]
    second = carrier.place(SALES, "+34600999041")
    await CallerScript(second).is_answered().hears_tone(AGENT_HZ, 8).hangs_up().run()


def fails_to_start(server: Server, timeout: float = 30) -> tuple[int, list[str]]:
    """Its exit status and the lines that it printed."""
    try:
        status = server.launch().wait(timeout)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it went on:\n{server.log()}") from None
    return status, [line for line in server.log().splitlines() if line.strip()]


@pytest.mark.parametrize("which", ["SIP", "HTTP"])
def test_a_port_in_use_is_one_clear_line_and_status_2(own_server: ServerFactory, which: str) -> None:
    server = own_server(start=False)
    port = server.sip[1] if which == "SIP" else server.http_port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        status, lines = fails_to_start(server)
    assert status == 2, lines
    assert len(lines) == 1, lines
    assert str(port) in lines[0]


def test_a_bad_setting_is_one_clear_line_and_status_2(own_server: ServerFactory) -> None:
    server = own_server(start=False, environment={"CENTRALITA_SIP_PORT": "many"})
    status, lines = fails_to_start(server)
    assert status == 2, lines
    assert len(lines) == 1, lines
    assert "CENTRALITA_SIP_PORT" in lines[0]
    assert "many" in lines[0]


def test_a_bad_configuration_file_has_one_line_per_fault(own_server: ServerFactory, tmp_path: Path) -> None:
    file = tmp_path / "centralita.toml"
    file.write_text('CENTRALITA_BIND = "nowhere"\nCENTRALITA_COLOUR = "blue"\n')
    server = own_server(start=False, environment={"CENTRALITA_CONFIG": str(file)})
    status, lines = fails_to_start(server)
    assert status == 2, lines
    assert len(lines) == 2, lines
    assert all(str(file) in line for line in lines)


def test_an_unreachable_database_is_one_clear_line_and_status_2(own_server: ServerFactory) -> None:
    url = "postgresql+asyncpg://nobody:secret@127.0.0.1:9/none"
    server = own_server(start=False, environment={"CENTRALITA_DATABASE_URL": url})
    status, lines = fails_to_start(server)
    assert status == 2, lines
    assert len(lines) == 1, lines
    assert "database" in lines[0].lower()
    assert "secret" not in lines[0]
