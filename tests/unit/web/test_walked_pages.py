"""No page is left out of the walk that looks for barriers and horizontal bars (tests/e2e/test_open_to_everybody.py)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the walk is one of a browser")

from tests.e2e.test_open_to_everybody import FLOOR, SETTINGS

SOURCE = Path(__file__).resolve().parents[3] / "web/ui/src"
ONE_OF = {"phone"}  # in the walk of tests/e2e/test_softphone.py, with a telephone in it
# Shown by the list that people and queues are shown by.
LISTS = {"numbers", "ring_groups", "rooms", "switches", "voicemail_boxes", "campaigns", "trunks", "webhooks"}
_PATH = re.compile(r'{ path: "/?([\w/]+)"')


def paths(file: str) -> set[str]:
    return set(_PATH.findall((SOURCE / file).read_text(encoding="utf-8")))


def test_every_place_of_the_settings_is_walked() -> None:
    assert paths("admin/Settings.tsx") - set(SETTINGS) - LISTS == set()


def test_every_page_of_the_rail_is_walked() -> None:
    assert paths("pages/pages.ts") - set(FLOOR) - ONE_OF - {"settings"} == set()
