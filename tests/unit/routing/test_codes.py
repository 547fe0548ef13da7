"""Codes and nothing but codes."""

from __future__ import annotations

import pytest

from pbx.routing.codes import (
    EchoTest,
    FetchParked,
    Forward,
    OwnVoicemail,
    Park,
    PickUp,
    ToggleAvailability,
    parse_code,
)


@pytest.mark.parametrize(
    ("dialled", "code"),
    [
        ("*43", EchoTest()),
        ("*97", OwnVoicemail()),
        ("*97200", OwnVoicemail("200")),
        ("*8", PickUp()),
        ("*8110", PickUp("110")),
        ("*70", Park()),
        ("*701", FetchParked(1)),
        ("*702", FetchParked(2)),
        ("*7012", FetchParked(12)),
        ("*45", ToggleAvailability()),
        ("*21", Forward("always", None)),
        ("*21102", Forward("always", "102")),
        ("*21+34600111222", Forward("always", "+34600111222")),
    ],
)
def test_each_code(dialled: str, code: object) -> None:
    assert parse_code(dialled) == code


@pytest.mark.parametrize(
    "dialled", ["", "*", "43", "**43", "*430", "*700", "*7", "*81", "*211", "*21*43", "*70a", "*8٣٣٣"]
)
def test_no_code(dialled: str) -> None:
    assert parse_code(dialled) is None
