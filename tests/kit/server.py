"""The product as a test meets it: its real processes, on free ports, with a data directory of its own."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.kit.api import Api
from tests.kit.carrier import Carrier
from tests.kit.errors import ServerFailedError
from tests.kit.phone import Phone
from tests.kit.ports import free_ports
from tests.kit.spoken import Spoken
from tests.kit.transport import Address

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0
STOP_S = 45.0
LOG_TAIL = 6000
_ANY = ssl.create_default_context()  # for the question whether it is there, not for secrets
_ANY.check_hostname, _ANY.verify_mode = False, ssl.CERT_NONE


def has_ipv6() -> bool:
    """Whether this machine has the loopback address of IPv6."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


class Server:
    """``centralita serve`` with the demo company. ``start()`` returns when /healthz answers 200.

    With ``spoken`` it says what others have had spoken before, and leaves there what it has.
    """

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        *,
        media_ports: int = 64,
        spoken: Spoken | None = None,
    ) -> None:
        self.directory = directory
        self.data_dir = directory / "var"
        self.log_file = directory / "server.log"
        sip = free_ports(4 + media_ports, even=True)
        self.sip: Address = ("127.0.0.1", sip)
        self.carrier_port, self.http_port, media = sip + 2, sip + 3, sip + 4
        scheme = "https" if environment and "CENTRALITA_TLS_CERT" in environment else "http"
        self.base = f"{scheme}://127.0.0.1:{self.http_port}"
        self.environment = {
            "CENTRALITA_DATA_DIR": str(self.data_dir),
            "CENTRALITA_SIP_PORT": str(sip),
            "CENTRALITA_HTTP_PORT": str(self.http_port),
            "CENTRALITA_MEDIA_PORTS": f"{media}-{media + media_ports - 1}",
            "CENTRALITA_DEMO_CARRIER": f"127.0.0.1:{self.carrier_port}",
            "CENTRALITA_PUSH_HOSTS": "127.0.0.1",
            **({"CENTRALITA_BIND_V6": "::1"} if has_ipv6() else {}),
            **(environment or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._spoken = spoken
        self._tokens: dict[str, str] = {}
        self._log_from = 0

    @classmethod
    def started(cls, directory: Path, environment: Mapping[str, str] | None = None) -> Self:
        """A new one, healthy. Raises ServerFailedError."""
        server = cls(directory, environment)
        server.start()
        return server

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the processes without waiting for anything."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._spoken is not None:
            self._spoken.lend(self.data_dir / "prompts")
        ours = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALITA_")}
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("centralita")), "serve"],
                cwd=self.directory,
                env={**ours, **self.environment, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def start(self, timeout: float = START_S) -> float:
        """Start and wait until calls can be taken; how long it took. Raises ServerFailedError."""
        began = time.monotonic()
        process = self.launch()
        while not self.is_healthy():
            if process.poll() is not None:
                raise ServerFailedError(f"ended with status {process.returncode}:\n{self.log()}")
            if time.monotonic() - began > timeout:
                self.kill()
                raise ServerFailedError(f"not healthy after {timeout} s:\n{self.log()}")
            time.sleep(0.05)
        return time.monotonic() - began

    def is_running(self) -> bool:
        """Whether its process is there."""
        return self.process is not None and self.process.poll() is None

    def is_healthy(self) -> bool:
        """Whether /healthz answers 200."""
        try:
            with urllib.request.urlopen(f"{self.base}/healthz", timeout=2, context=_ANY) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def terminate(self) -> None:
        """Ask it to drain and stop."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def stop(self, timeout: float = STOP_S) -> int:
        """SIGTERM and wait; its exit status. Raises ServerFailedError when it does not end."""
        process = self.process
        if process is None:
            return 0
        if process.poll() is None:
            self.terminate()
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailedError(f"did not stop within {timeout} s:\n{self.log()}") from None
        self._reap()
        self.keep_spoken()
        return status

    def kill(self) -> None:
        """End the process group that this object started, at once."""
        if self.process is not None:
            self._reap()
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self.keep_spoken()

    def _reap(self) -> None:
        assert self.process is not None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def keep_spoken(self) -> None:
        """Leave what has been spoken so far to others."""
        if self._spoken is not None:
            self._spoken.take(self.data_dir / "prompts")

    def mark_log(self) -> None:
        """From here on ``log()`` begins."""
        self._log_from = self.log_file.stat().st_size if self.log_file.exists() else 0

    def log(self, most: int = LOG_TAIL) -> str:
        """The end of what it printed, since the mark if there is one."""
        if not self.log_file.exists():
            return ""
        return self.log_file.read_bytes()[self._log_from :].decode(errors="replace")[-most:]

    # --- Who talks to it ---------------------------------------------------------------------------------------------

    async def phone(self, extension: str, *, register: bool = True, **options: Any) -> Phone:
        """A demo phone, registered; one bound to an IPv6 address by IPv6. Raises CallFailedError."""
        there = ("::1", self.sip[1]) if ":" in (options.get("bind") or self.sip)[0] else self.sip
        phone = await Phone.start(there, extension, f"demo-{extension}", is_served=self.is_running, **options)
        if register:
            await phone.register()
        return phone

    async def carrier(self, **options: Any) -> Carrier:
        """The carrier at its known address."""
        return await Carrier.listen(self.sip, self.carrier_port, is_served=self.is_running, **options)

    async def api(self, login: str) -> Api:
        """Sign in with the demo password."""
        return await Api.sign_in(self.base, login)

    async def session(self, login: str) -> Api:
        """The session of before as long as it lasts, for what is no part of a story: signing in takes a while."""
        token = self._tokens.get(login)
        api = await Api.resume(self.base, login, token) if token else None
        if api is None:
            api = await self.api(login)
            self._tokens[login] = api.token
        return api
