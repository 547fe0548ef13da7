"""How often a password may be tried, by whom and from where."""

from __future__ import annotations

import pytest

from tests.unit.web.conftest import NOW
from web.api.attempts import PER_ACCOUNT, PER_ADDRESS, PER_LOGIN, WINDOW_S, Attempts
from web.api.errors import TooManyError


def test_a_login_guessed_at_from_many_addresses_is_closed_to_those_who_never_proved_it() -> None:
    attempts = Attempts()
    attempts.succeeded("ana", "203.0.113.7")
    for number in range(PER_ACCOUNT):
        attempts.check("ana", f"198.51.100.{number}", NOW)
        attempts.failed("ana", f"198.51.100.{number}", NOW)
    with pytest.raises(TooManyError):
        attempts.check("ana", "198.51.100.200", NOW)
    attempts.check("ana", "203.0.113.7", NOW)
    attempts.check("ana", "127.0.0.1", NOW)
    attempts.check("luis", "198.51.100.200", NOW)
    attempts.check("ana", "198.51.100.200", NOW + WINDOW_S)


def test_a_subscriber_s_many_addresses_count_as_one() -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS):
        attempts.failed(f"somebody{number}", f"2001:db8:1:2::{number:x}", NOW)
    with pytest.raises(TooManyError):
        attempts.check("ana", "2001:db8:1:2:ffff::1", NOW)
    attempts.check("ana", "2001:db8:1:3::1", NOW)


def test_an_address_is_the_same_however_it_is_written() -> None:
    attempts = Attempts()
    for _ in range(PER_LOGIN):
        attempts.failed("ana", "::ffff:198.51.100.9", NOW)
    with pytest.raises(TooManyError):
        attempts.check("ana", "198.51.100.9", NOW)
