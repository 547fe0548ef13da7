"""The SIP of a call: over the API and on the command line, for those who may see it, with nothing secret in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.house import House
from tests.kit.api import Api


async def test_the_sip_of_a_call_is_kept_with_it(house: House, tmp_path: Path) -> None:
    ana, luis = await house.phone("101"), await house.phone("102")
    call = ana.call("102")
    incoming = await luis.incoming()
    incoming.ring()
    await incoming.answer()
    await call.answered()
    call_id = await house.call_id(direction="internal")
    await call.hang_up()
    await incoming.ended()
    await house.logged(call_id)

    async with await house.server.api("sofia") as sofia:
        trace = await sofia.get(f"/calls/{call_id}/trace")
        summaries = [message["summary"].split(" sip:")[0] for message in trace["items"]]
        assert summaries[0] == "INVITE"
        assert summaries.count("INVITE") >= 2
        assert {"180 Ringing", "200 OK", "ACK", "BYE"} <= set(summaries)
        proofs = [message["text"] for message in trace["items"] if "Authorization:" in message["text"]]
        assert proofs
        assert all('response="***"' in text for text in proofs)
        picture = await sofia.content(f"/calls/{call_id}/trace", "image/svg+xml")
        assert picture.startswith(b"<svg")
        capture = await sofia.content(f"/calls/{call_id}/trace", "application/vnd.tcpdump.pcap")
        await _read_by_tshark(capture, tmp_path)
    async with await house.server.api("ana") as agent:
        assert await _status(agent, f"/calls/{call_id}/trace") == 403
    async with await house.server.api("sofia") as sofia:
        assert await _status(sofia, "/calls/none/trace") == 404

    ladder = await asyncio.to_thread(_command, house, call_id)
    assert "INVITE sip:102@" in ladder
    assert "BYE" in ladder


async def _status(api: Api, path: str) -> int:
    return (await api.request("GET", path))[0]


async def _read_by_tshark(capture: bytes, directory: Path) -> None:
    if shutil.which("tshark") is None:
        return
    file = directory / "call.pcap"
    file.write_bytes(capture)
    read = await asyncio.to_thread(
        subprocess.run,
        ["tshark", "-r", str(file), "--enable-heuristic", "sip_udp", "-T", "fields", "-e", "_ws.col.Protocol"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert any(line.startswith("SIP") for line in read.stdout.splitlines())


def _command(house: House, call_id: str) -> str:
    environment = {**os.environ, **house.server.environment}
    program = Path(sys.executable).with_name("centralita")
    done = subprocess.run(
        [str(program), "trace", call_id], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout
