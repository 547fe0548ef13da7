"""Ports for servers under test: nobody is given what somebody else was given a moment ago."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit import ports
from tests.kit.ports import KEPT, free_ports

ROOT = Path(__file__).resolve().parents[3]
ALL_IN_ONE = """
import tests.kit.ports as ports
ports.FIRST, ports.LAST = {first}, {first} + {count} + 2
ports.TRIES = 40
print(ports.free_ports({count}))
"""


def other_process(first: int, count: int) -> subprocess.CompletedProcess[str]:
    """Another process that is after ports of which nearly all are ``first`` and its neighbours."""
    code = ALL_IN_ONE.format(first=first, count=count)
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_what_is_not_bound_yet_is_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_ports(40, even=True)
    assert first % 2 == 0
    monkeypatch.setattr(ports, "_share", lambda: (first, first + 42))
    with pytest.raises(RuntimeError, match="no 40 free ports"):
        free_ports(40)


def test_nor_by_another_process_until_it_was_given_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    first = free_ports(40)
    assert "no 40 free ports" in other_process(first, 40).stderr
    for _ in range(KEPT):
        free_ports(1)
    assert int(other_process(first, 40).stdout) in (first, first + 1)
