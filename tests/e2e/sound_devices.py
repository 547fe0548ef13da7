"""Microphones and speakers that are plugged in and pulled out: PulseAudio's, which Chromium takes for real ones."""

from __future__ import annotations

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Browser, async_playwright

from tests.e2e.browser import CHROMIUM, FLAGS
from tests.kit.api import eventually

PULSEAUDIO = shutil.which("pulseaudio") if shutil.which("pactl") and shutil.which("parec") else None
needs_sound_devices = pytest.mark.skipif(PULSEAUDIO is None, reason="PulseAudio is not installed (Debian: pulseaudio)")
RATE = 8000
LISTENS_S = 0.5
WAITS_S = 15.0
BROWSER_FLAGS = ["--autoplay-policy=no-user-gesture-required"]


class SoundDevices:
    """What is plugged into this machine. A microphone says its tone; what a speaker plays can be listened to.

    The system's choice is what was plugged in first: speakers before microphones, whose insides are speakers as well.
    """

    def __init__(self, directory: Path) -> None:
        self._socket = directory / "sound.socket"
        self._modules: dict[str, str] = {}
        self._moved: dict[str, set[str]] = {}
        self.environment = {
            **os.environ,
            "PULSE_SERVER": f"unix:{self._socket}",
            "XDG_RUNTIME_DIR": str(directory),
            "HOME": str(directory),
        }

    async def start(self) -> Process:
        """The daemon, which runs until it is ended."""
        assert PULSEAUDIO is not None
        protocol = f"module-native-protocol-unix socket={self._socket} auth-anonymous=1"
        options = [
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--disallow-exit",
            "-n",
            "-L",
            protocol,
        ]
        daemon = await asyncio.create_subprocess_exec(
            PULSEAUDIO, *options, env=self.environment, stdout=DEVNULL, stderr=DEVNULL
        )

        async def answers() -> bool | None:
            return True if self._socket.exists() else None

        await eventually(answers, WAITS_S, "PulseAudio")
        return daemon

    async def plug_in_microphone(self, name: str, hz: int) -> None:
        inside = f"{name}-inside"
        await self._load(inside, "module-null-sink", f"sink_name={inside}")
        await self._load(f"{name}-tone", "module-sine", f"sink={inside}", f"frequency={hz}")
        description = f"source_properties=device.description={name}"
        await self._load(name, "module-remap-source", f"source_name={name}", f"master={inside}.monitor", description)

    async def plug_in_speaker(self, name: str) -> None:
        """Once Chromium has let go of what PulseAudio has moved elsewhere, some seconds after it was pulled out."""
        moved = self._moved.pop(name, set())

        async def let_go() -> bool | None:
            return None if moved & await self._streams() else True

        await eventually(let_go, WAITS_S, f"Chromium away from {name}")
        await self._load(name, "module-null-sink", f"sink_name={name}", f"sink_properties=device.description={name}")

    async def pull_out(self, name: str) -> None:
        self._moved[name] = await self._streams(name)
        for module in (name, f"{name}-tone", f"{name}-inside"):
            if module in self._modules:
                await self._ask("unload-module", self._modules.pop(module))

    async def listen(self, speaker: str) -> NDArray[np.int16]:
        """Half a second of what a speaker plays: (n,) int16 at 8 kHz."""
        monitor = await asyncio.create_subprocess_exec(
            "parec", f"--device={speaker}.monitor", "--format=s16le", f"--rate={RATE}", "--channels=1",
            "--latency-msec=50", env=self.environment, stdout=PIPE, stderr=DEVNULL,
        )  # fmt: skip
        assert monitor.stdout is not None
        try:
            async with asyncio.timeout(WAITS_S):
                sound = await monitor.stdout.readexactly(int(2 * RATE * LISTENS_S))
        finally:
            monitor.kill()
            await monitor.wait()
        return np.frombuffer(sound, np.int16)

    async def _streams(self, speaker: str = "") -> set[str]:
        """What plays, on one speaker or anywhere."""
        sinks = [line.split()[:2] for line in (await self._ask("list", "short", "sinks")).splitlines()]
        on = {index for index, name in sinks if speaker in ("", name)}
        streams = [line.split()[:2] for line in (await self._ask("list", "short", "sink-inputs")).splitlines()]
        return {index for index, sink in streams if sink in on}

    async def _load(self, name: str, module: str, *arguments: str) -> None:
        self._modules[name] = await self._ask("load-module", module, *arguments)

    async def _ask(self, *command: str) -> str:
        asked = await asyncio.create_subprocess_exec("pactl", *command, env=self.environment, stdout=PIPE, stderr=PIPE)
        said, fault = await asked.communicate()
        assert asked.returncode == 0, (command, fault)
        return said.decode().strip()


@asynccontextmanager
async def sound_devices(directory: Path) -> AsyncIterator[SoundDevices]:
    """A machine without any device."""
    devices = SoundDevices(directory)
    daemon = await devices.start()
    try:
        yield devices
    finally:
        if daemon.returncode is None:
            daemon.terminate()
        await daemon.wait()


@asynccontextmanager
async def browser_at(devices: SoundDevices) -> AsyncIterator[Browser]:
    """Chromium with the devices of that machine: pages are to be granted the microphone."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS, *BROWSER_FLAGS],
            ignore_default_args=["--mute-audio"],
            env={**devices.environment},
        )
        try:
            yield browser
        finally:
            await browser.close()
