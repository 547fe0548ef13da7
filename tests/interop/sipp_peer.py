"""SIPp as a peer: which scenario it plays, from where, and that it has gone through it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.house import House
from tests.interop.conftest import Peer, program
from tests.kit.api import eventually
from tests.kit.ports import free_ports

SCENARIOS = Path(__file__).parent / "sipp"
UDP_SOCKETS = (Path("/proc/net/udp"), Path("/proc/net/udp6"))
Run = Callable[..., Awaitable[Peer]]


async def sipp(
    run: Run,
    tmp_path: Path,
    house: House,
    scenario: str,
    *options: str,
    port: int | None = None,
    host: str = "127.0.0.1",
) -> Peer:
    """SIPp from the carrier's address unless ``port`` says otherwise, on ``host`` as the server."""
    there = f"[{host}]" if ":" in host else host
    return await run(
        program("sipp", "sip-tester"),
        f"{there}:{house.server.sip[1]}",
        *("-auth_uri", f"{there}:{house.server.sip[1]}"),  # by itself it forgets the brackets of IPv6
        *("-sf", str(SCENARIOS / scenario), "-i", there, "-p", str(port or house.server.carrier_port)),
        *("-mi", there, "-mp", str(free_ports(4, even=True)), "-nostdin", "-timeout", "30s"),
        *("-trace_err", "-error_file", str(tmp_path / f"{scenario}.errors"), *options),
        cwd=tmp_path,
    )


async def succeeds(peer: Peer, tmp_path: Path) -> None:
    """It has gone through its scenario. Raises AssertionError with what it says was wrong."""
    status = await peer.ended(40)
    errors = "".join(file.read_text()[-3000:] for file in sorted(tmp_path.glob("*.errors")))
    assert status == 0, errors + peer.output[-1500:]


async def listening(run: Run, tmp_path: Path, house: House, scenario: str, *options: str) -> tuple[Peer, int]:
    """SIPp that waits for what ``scenario`` begins with, and its port."""
    port = free_ports(1)
    peer = await sipp(run, tmp_path, house, scenario, "-m", "1", *options, port=port)
    await is_bound(port)
    return peer, port


async def carrier_listening(run: Run, tmp_path: Path, house: House, scenario: str, *options: str) -> Peer:
    """SIPp at the carrier's address, waiting for a call of ours."""
    peer = await sipp(run, tmp_path, house, scenario, "-m", "1", *options)
    await is_bound(house.server.carrier_port)
    return peer


@asynccontextmanager
async def telephone(
    run: Run, tmp_path: Path, house: House, extension: str, scenario: str, *options: str
) -> AsyncIterator[Peer]:
    """SIPp as the registered telephone of ``extension``, which plays ``scenario`` when it is called."""
    peer, port = await listening(run, tmp_path, house, scenario, *options)
    for granted in ("120", "0"):
        who = ("-s", extension, "-au", extension, "-ap", f"demo-{extension}", "-m", "1")
        keys = ("-key", "listens", str(port), "-key", "granted", granted)
        await succeeds(await sipp(run, tmp_path, house, "phone_is_at.xml", *who, *keys, port=free_ports(1)), tmp_path)
        if granted != "0":
            yield peer


async def is_bound(port: int) -> None:
    """Wait until somebody listens on the UDP port: what is sent there before would come back as unreachable."""

    async def look() -> bool | None:
        for table in UDP_SOCKETS:
            for line in table.read_text(encoding="ascii").splitlines()[1:]:
                if int(line.split()[1].rpartition(":")[2], 16) == port:
                    return True
        return None

    await eventually(look, 10, f"somebody on port {port}")
