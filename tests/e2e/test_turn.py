"""An office that blocks UDP to us: the browser's sound goes through coturn, with credentials that we have made."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.changing_network import own_address
from tests.e2e.conftest import ServerFactory
from tests.e2e.softphone import bundle, needs_browser, softphone, write_tone
from tests.kit.ports import free_ports

TURNSERVER = shutil.which("turnserver")
HZ = 900
SECRET = "a-secret-of-the-test"
RELAY_ONLY = """() => {
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(settings) { super({ ...settings, iceTransportPolicy: "relay" }); }
  };
}"""
KINDS = """async () => {
  const found = new Map();
  (await window.all[0].connection.getStats()).forEach((one) => found.set(one.id, one));
  const pair = [...found.values()].find((one) => one.type === "candidate-pair" && one.nominated);
  return found.get(pair?.localCandidateId)?.candidateType;
}"""
pytestmark = [
    pytest.mark.browser,
    needs_browser,
    pytest.mark.skipif(TURNSERVER is None, reason="coturn is not installed (Debian package: coturn)"),
]


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[str]:
    """coturn on a port of its own; its URL."""
    port, address = free_ports(1), own_address()
    command = [
        str(TURNSERVER), "-n", "--no-cli", "--no-tls", "--no-dtls", "--listening-ip", address, "--relay-ip", address,
        "--listening-port", str(port), "--use-auth-secret", "--static-auth-secret", SECRET, "--realm", "centralita",
        "--log-file", str(tmp_path / "turn.log"), "--simple-log", "--pidfile", str(tmp_path / "turn.pid"),
        "--userdb", str(tmp_path / "turn.db"),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"turn:{address}:{port}?transport=tcp"
    finally:
        process.terminate()
        process.wait(10)


async def test_a_browser_that_reaches_nothing_but_the_turn_server_hears_its_tone(
    own_server: ServerFactory, turn: str, tmp_path: Path
) -> None:
    server = own_server(environment={"CENTRALITA_TURN_URLS": turn, "CENTRALITA_TURN_SECRET": SECRET})
    tone = tmp_path / "tone.wav"
    write_tone(tone, HZ)
    script = await asyncio.to_thread(bundle, tmp_path / "telephone")
    async with softphone(server.base, "ana", script, tone) as ana:
        await ana.page.evaluate(RELAY_ONLY)
        call = await ana.call("*43")
        await call.is_in("talking")
        await call.hears(HZ, timeout=15)
        assert await ana.page.evaluate(KINDS) == "relay"
        await call.do("hangUp()")
