"""The exchange under test: its real process on a core of its own, with a company of any size and no sound."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from config.company import Company
from config.secrets import InitialSecrets
from config.settings import load_settings
from pbx.facade import Exchange, ExchangeUnavailableError
from store.engine import Database
from store.first_load import first_load
from store.secret_key import SecretKey
from tests.kit.ports import free_ports
from tests.kit.transport import Address

ROOT = Path(__file__).resolve().parents[2]
NUMBER = "+34910000003"
FIRST_EXTENSION = 100_000
START_S = 120.0


def cores() -> tuple[int, set[int]]:
    """The core of the server, and those of everybody else (the same one when there is no other)."""
    all_ = sorted(os.sched_getaffinity(0))
    return all_[0], set(all_[1:]) or {all_[0]}


def company(people: int) -> dict[str, Any]:
    """A company with that many telephones; the first one, 101, is who the carrier calls."""
    extensions = ["101", *(str(FIRST_EXTENSION + index) for index in range(people - 1))]
    return {
        "name": "Load",
        "company_voicemail": "100",
        "reception": "reception",
        "people": [
            {"login": f"p{extension}", "name": f"Person {extension}", "extension": extension, "role": "agent"}
            for extension in extensions
        ],
        "numbers": [{"number": NUMBER, "destination": {"kind": "person", "target": "101"}}],
        "ring_groups": [
            {"name": "reception", "extensions": ["101"], "fallback": {"kind": "voicemail", "target": "100"}}
        ],
        "voicemail_boxes": [{"box": "100"}],
    }


class ExchangeUnderTest:
    """``centralita.exchange`` with a silent media worker and without the office: signalling and the journal, no more.

    ``sip`` and ``carrier_port`` are where SIPp finds it, as with `tests.kit.Server`.
    """

    def __init__(self, directory: Path, people: int = 1, environment: dict[str, str] | None = None) -> None:
        first = free_ports(4, even=True)
        self.sip: Address = ("127.0.0.1", first)
        self.carrier_port = first + 2
        self.people = people
        self.directory = directory
        self._environment = {
            "CENTRALITA_DATA_DIR": str(directory / "var"),
            "CENTRALITA_SIP_PORT": str(first),
            "CENTRALITA_MEDIA_PORTS": f"{first + 4}-{first + 5}",
            "CENTRALITA_MEDIA_WORKERS": "1",
            **(environment or {}),
        }
        self.settings = load_settings(environment=self._environment)
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def exchange(self) -> psutil.Process:
        """The process that is measured."""
        return psutil.Process(self._processes[1].pid)

    def cpu_s(self) -> float:
        """CPU seconds that the exchange has used so far."""
        times = self.exchange.cpu_times()
        return times.user + times.system

    def kilobytes(self) -> float:
        """Memory of the exchange that no other process shares (USS)."""
        return float(self.exchange.memory_full_info().uss) / 1024

    async def counters(self) -> dict[str, int]:
        """What the user agent counted."""
        async with Exchange(self.settings.exchange_socket) as exchange:
            await exchange.wait_connected(5.0)
            counters: dict[str, int] = (await exchange.health())["sip"]
            return counters

    async def __aenter__(self) -> ExchangeUnderTest:
        self.settings.exchange_socket.parent.mkdir(parents=True, exist_ok=True)
        await self._load()
        ours, others = cores()
        os.sched_setaffinity(0, others)
        self._start("benchmarks.sip.silent_media", others, "--socket", str(self.settings.media_socket(0)))
        self._start("centralita.exchange", {ours})
        await self._healthy()
        return self

    async def __aexit__(self, *exc: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    async def _load(self) -> None:
        document = company(self.people)
        document["trunks"] = [
            {
                "name": "carrier",
                "host": "127.0.0.1",
                "port": self.carrier_port,
                "known_addresses": [f"127.0.0.1:{self.carrier_port}"],
                "caller_id": "+34910000001",
                "max_calls": 100_000,
            }
        ]
        made = Company.model_validate(document)
        secrets = InitialSecrets(sip={person.extension: f"demo-{person.extension}" for person in made.people})
        database = Database(self.settings.database)
        try:
            await database.upgrade()
            key = SecretKey.of(self.settings.data_dir)
            await first_load(database, made, secrets, key=key, realm=self.settings.domain, now=time.time())
        finally:
            await database.dispose()

    def _start(self, module: str, affinity: set[int], *arguments: str) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALITA_")}
        with (self.directory / f"{module}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=self.directory,
                env={**ours, **self._environment, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        os.sched_setaffinity(process.pid, affinity)
        self._processes.append(process)

    async def _healthy(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._processes[1].poll() is not None:
                break
            with contextlib.suppress(ExchangeUnavailableError):
                await self.counters()
                return
            await asyncio.sleep(0.1)
        log = (self.directory / "centralita.exchange.log").read_text(errors="replace")
        raise RuntimeError(f"the exchange did not start:\n{log[-3000:]}")
