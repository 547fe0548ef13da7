"""SIPp on both sides of the exchange: the carrier's calls, and the registered phone that takes them."""

from __future__ import annotations

import asyncio
import csv
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.kit import Phone
from tests.kit.ports import free_ports

SCENARIOS = Path(__file__).parent / "sipp"


@dataclass(frozen=True)
class Load:
    """What one run of SIPp counted; ``seconds`` from its start to the end of the last call that succeeded."""

    asked: float
    calls: int
    failed: int
    retransmissions: int
    seconds: float


def available() -> bool:
    """Whether SIPp is installed."""
    return shutil.which("sipp") is not None


class Answerer:
    """SIPp as the phone of ``extension``: a kit phone registers the address that SIPp then takes over."""

    def __init__(self, server: UnderTest, extension: str, directory: Path) -> None:
        self.server = server
        self.extension = extension
        self.directory = directory
        self.port = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Answerer:
        phone = await self._phone()
        await phone.register(expires=600, refresh=False)
        phone.endpoint.close()
        self._process = subprocess.Popen(
            _command(self.server, "answerer.xml", self.port, self.directory, 31000),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        await asyncio.sleep(0.5)
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
        phone = await self._phone()
        await phone.unregister()
        phone.endpoint.close()

    async def _phone(self) -> Phone:
        """A phone at SIPp's address, for one request."""
        return await Phone.start(
            self.server.sip, self.extension, f"demo-{self.extension}", bind=("127.0.0.1", self.port), sound=False
        )


class UnderTest(Protocol):
    """Where SIPp finds the server, and is itself as the carrier: `tests.kit.Server` has this shape."""

    @property
    def sip(self) -> tuple[str, int]: ...

    @property
    def carrier_port(self) -> int: ...


def offer(server: UnderTest, number: str, directory: Path, *, rate: float, calls: int, hold_s: float) -> Load:
    """Place ``calls`` calls to ``number`` at ``rate`` a second, each up for ``hold_s``; blocks until they are over."""
    command = _command(server, "caller.xml", server.carrier_port, directory, 40000)
    command += ["-s", number, "-r", str(rate), "-m", str(calls), "-d", str(round(hold_s * 1000)), "-l", "5000"]
    return _run(command, directory, rate, calls, hold_s)


@dataclass(frozen=True)
class _Alone:
    """SIPp's own address, for a run without a server."""

    sip: tuple[str, int]
    carrier_port: int


def direct(directory: Path, *, rate: float, seconds: float, hold_s: float) -> Load:
    """The same calls from SIPp to SIPp, with nobody between them."""
    answerer, caller = free_ports(1), free_ports(1)
    alone = _Alone(("127.0.0.1", answerer), caller)
    process = subprocess.Popen(
        _command(alone, "answerer.xml", answerer, directory, 31000),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(0.5)
        return offer(alone, "101", directory, rate=rate, calls=round(rate * seconds), hold_s=hold_s)
    finally:
        process.terminate()
        process.wait(10)


def register(server: UnderTest, users: Path, directory: Path, *, rate: float, count: int) -> Load:
    """Register ``count`` telephones of the file ``users`` (SIPp's own format) at ``rate`` a second, with digest."""
    command = _command(server, "register.xml", free_ports(1), directory, 40000)
    command += ["-inf", str(users), "-r", str(rate), "-m", str(count), "-l", "20000"]
    return _run(command, directory, rate, count, 0.0)


def _run(command: list[str], directory: Path, rate: float, calls: int, hold_s: float) -> Load:
    statistics = directory / "caller.csv"
    statistics.unlink(missing_ok=True)
    command += [
        "-trace_stat",
        "-stf",
        str(statistics),
        "-fd",
        "200ms",
        "-timeout",
        f"{round(calls / rate + hold_s + 30)}s",
    ]
    subprocess.run(
        command,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    with statistics.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    last = rows[-1]
    over = next((row for row in rows if row["SuccessfulCall(C)"] == last["SuccessfulCall(C)"]), last)
    hours, minutes, seconds = over["ElapsedTime(C)"].split(":")[:3]
    return Load(
        asked=rate,
        calls=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]) + calls - int(last["TotalCallCreated"]),
        retransmissions=int(last["Retransmissions(C)"]),
        seconds=int(hours) * 3600 + int(minutes) * 60 + float(seconds),
    )


def _command(server: UnderTest, scenario: str, port: int, directory: Path, media_port: int) -> list[str]:
    return [
        shutil.which("sipp") or "sipp",
        f"127.0.0.1:{server.sip[1]}",
        *("-sf", str(SCENARIOS / scenario), "-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1"),
        *("-mp", str(media_port), "-nostdin", "-recv_timeout", "20000", "-deadcall_wait", "0"),
        *("-trace_err", "-error_file", str(directory / f"{Path(scenario).stem}.errors")),
    ]
