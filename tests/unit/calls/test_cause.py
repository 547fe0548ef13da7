"""What a response means, and how it is told on."""

from __future__ import annotations

import pytest

from pbx.calls.cause import cause_of, reason_for_log, result_for_log, status_for_caller, worst


@pytest.mark.parametrize(
    ("status", "rang", "outside", "cause"),
    [
        (486, True, False, "busy"),
        (600, False, True, "busy"),
        (603, True, False, "declined"),
        (480, True, False, "no_answer"),
        (480, False, False, "unreachable"),
        (408, False, False, "unreachable"),
        (408, False, True, "failed"),
        (503, False, True, "failed"),
        (404, False, False, "unreachable"),
    ],
)
def test_what_a_response_means(status: int, rang: bool, outside: bool, cause: str) -> None:
    assert cause_of(status, rang, outside) == cause


def test_a_fork_is_as_busy_as_its_busiest_branch() -> None:
    assert worst([("unreachable", 408), ("no_answer", 480), ("busy", 486)]) == ("busy", 486)
    assert worst([]) == ("unreachable", 480)


@pytest.mark.parametrize(
    ("cause", "status", "told"),
    [
        ("busy", 600, 486),
        ("declined", 603, 603),
        ("no_answer", 408, 480),
        ("unreachable", 404, 480),
        ("failed", 404, 404),
        ("failed", 503, 503),
        ("failed", 407, 503),
        ("failed", 604, 503),
    ],
)
def test_what_the_caller_is_told(cause: str, status: int, told: int) -> None:
    assert status_for_caller(cause, status) == told  # type: ignore[arg-type]


def test_what_the_log_says() -> None:
    assert (result_for_log("busy"), reason_for_log("busy", 486)) == ("busy", "busy")
    assert (result_for_log("failed"), reason_for_log("failed", 503)) == ("failed", "sip_503")
    assert (result_for_log("unreachable"), result_for_log("no_answer")) == ("failed", "missed")
