"""What a log line of an error holds, and what it must not."""

from __future__ import annotations

import json
import subprocess
import sys

FAILING = """
import structlog
from centralita import logs

logs.configure("office")

def sign_in(password):
    raise ValueError("it went wrong")

try:
    sign_in("hunter" + "2")
except ValueError:
    structlog.get_logger().exception("request_failed")
"""


def test_an_exception_names_its_frames_and_no_local_variables() -> None:
    done = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True, timeout=30, check=True)
    line = json.loads(done.stderr)
    assert (line["event"], line["process"]) == ("request_failed", "office")
    assert line["exception"][0]["exc_value"] == "it went wrong"
    assert [frame["name"] for frame in line["exception"][0]["frames"]][-1] == "sign_in"
    assert "hunter2" not in done.stderr
    assert "locals" not in done.stderr
