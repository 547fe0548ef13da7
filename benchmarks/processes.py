"""What the processes of a server under test cost: CPU seconds and memory of their own, by role."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from tests.kit import Server

ROLES = {"exchange": "exchange", "media_worker": "media", "office": "office", "prompts": "speech"}


@dataclass(frozen=True)
class Cost:
    """By role: CPU seconds since the start, and kB of memory that no other process shares (USS)."""

    cpu_s: dict[str, float]
    kilobytes: dict[str, float]

    @property
    def total_kilobytes(self) -> float:
        return sum(self.kilobytes.values())


def measure(server: Server) -> Cost:
    """The cost of ``server`` so far."""
    assert server.process is not None
    root = psutil.Process(server.process.pid)
    cpu: dict[str, float] = {}
    kilobytes: dict[str, float] = {}
    for process in [root, *root.children(recursive=True)]:
        try:
            role = _role(process)
            times = process.cpu_times()
            cpu[role] = cpu.get(role, 0.0) + times.user + times.system
            kilobytes[role] = kilobytes.get(role, 0.0) + process.memory_full_info().uss / 1024
        except psutil.NoSuchProcess:
            continue
    return Cost(cpu, kilobytes)


def _role(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    return next((role for name, role in ROLES.items() if name in command), "supervisor")
