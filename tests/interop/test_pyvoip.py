"""pyVoIP as a registered phone, in a process of its own."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.house import House
from tests.interop.conftest import Peer
from tests.kit import CallerScript, analysis
from tests.kit.g711 import Pcm
from tests.kit.phone import answers
from tests.kit.ports import free_ports

Run = Callable[..., Awaitable[Peer]]
SCRIPT = Path(__file__).with_name("pyvoip_phone.py")


async def pyvoip(run: Run, tmp_path: Path, house: House, *number: str) -> Peer:
    if importlib.util.find_spec("pyVoIP") is None:
        pytest.skip("pyVoIP is not installed (pip install pyVoIP==1.6.8)")
    house.forget("103")  # 1.6.8 takes whatever comes next for the answer to its last REGISTER, and gives up
    ports = (str(free_ports(1)), str(free_ports(24, even=True)))
    command = (str(SCRIPT), str(house.server.sip[1]), "103", "demo-103", *ports, str(tmp_path / "heard.raw"), *number)
    peer = await run(sys.executable, *command, cwd=tmp_path)
    await peer.printed("registered", 15)
    return peer


def heard_by(tmp_path: Path) -> Pcm:
    """What pyVoIP heard, as 16-bit samples, without its start."""
    octets = np.frombuffer((tmp_path / "heard.raw").read_bytes(), np.uint8).astype(np.int16)
    return ((octets - 128) * 256)[4000:]


async def test_both_hear_each_other(house: House, run: Run, tmp_path: Path) -> None:
    peer = await pyvoip(run, tmp_path, house)
    ana = await house.phone("101")
    call = await ana.call("103").answered()
    call.say_tone(440)
    await CallerScript(call).hears_tone(700, within=6).waits(1.5).hangs_up().run()
    await peer.printed("over", 5)
    assert analysis.tone_spans(heard_by(tmp_path), 440)


async def test_it_dials_and_is_heard(house: House, run: Run, tmp_path: Path) -> None:
    ana = await house.phone("101", answers(440))
    peer = await pyvoip(run, tmp_path, house, "101")
    await peer.printed("ANSWERED", 10)
    assert ana.latest.caller_number == "103"
    await CallerScript(ana.latest).hears_tone(700, within=6).waits(1.0).hangs_up().run()
    logged = await house.logged(await house.call_id(direction="internal"))
    assert (logged["caller"]["number"], logged["result"]) == ("103", "answered")
