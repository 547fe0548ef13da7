"""Toll fraud: what may be dialled, how much of it in an hour, and who is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from config.security import Spending, TollGuard
from pbx.routing.errors import TollRefusedError
from pbx.routing.toll import Toll, classify
from pbx.routing.toll_accounts import HOUR_S, Accounts

NOW = 1_700_000_000.0
MADRID, MOBILE, LONDON = "+34910000001", "+34600111222", "+442079460123"


class Guard:
    """The toll guard of a company with these rules, and what it told."""

    def __init__(self, company: Any, **rules: Any) -> None:
        self.company = company.model_copy(update={"toll": TollGuard(**rules)})
        self.alarms: list[tuple[str, str]] = []
        self.toll = Toll(self.company, lambda what, detail: self.alarms.append((what, detail)))
        self.ana, self.carrier = self.company.person("ana"), self.company.trunks[0]

    def dial(self, number: str, now: float = NOW, seconds: float | None = None) -> None:
        self.toll.check(number, self.ana, now)
        self.toll.check_trunk(self.carrier, now)
        over = self.toll.begin(number, self.ana, self.carrier, now)
        if seconds is not None:
            over(now + seconds)

    def refused(self, number: str, now: float = NOW) -> str:
        with pytest.raises(TollRefusedError) as caught:
            self.toll.check(number, self.ana, now)
            self.toll.check_trunk(self.carrier, now)
        return caught.value.code


@pytest.mark.parametrize(
    ("number", "kind", "country"),
    [
        (MADRID, "national", "ES"),
        (MOBILE, "mobile", "ES"),
        ("+34900100100", "national", "ES"),
        ("+34902100100", "shared_cost", "ES"),
        ("+34806123456", "premium", "ES"),
        (LONDON, "international", "GB"),
        ("+447400123456", "international", "GB"),
        ("+449098790000", "premium", "GB"),
        ("+8816123456789", "satellite", ""),
        ("+870773111632", "satellite", ""),
        ("+979123456789", "premium", ""),
    ],
)
def test_kinds_of_numbers(number, kind, country) -> None:
    found = classify(number, "ES")
    assert found.kind == kind
    assert found.country == country


@pytest.mark.parametrize("number", [MADRID, MOBILE, LONDON, "+34902100100", "+14155550123"])
def test_what_is_dialled_every_day_is_open(company, number) -> None:
    Guard(company).dial(number)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+34806123456", "class_closed"),
        ("+449098790000", "class_closed"),
        ("+8816123456789", "class_closed"),
        ("+25261234567", "prefix_closed"),
        ("+37190012345", "class_closed"),
        ("+18765550123", "prefix_closed"),
        ("+6747001234", "prefix_closed"),
    ],
)
def test_what_fraud_goes_to_is_closed(company, number, code) -> None:
    assert Guard(company).refused(number) == code


def test_the_company_itself_dials_nothing_dear(company) -> None:
    guard = Guard(company)
    guard.toll.check(LONDON, None, NOW)
    for number in ("+34806123456", "+8816123456789", "+25261234567"):
        with pytest.raises(TollRefusedError):
            guard.toll.check(number, None, NOW)


def test_a_role_has_its_own_classes(company) -> None:
    guard = Guard(company, classes={"agent": ("national",)})
    guard.dial(MADRID)
    assert guard.refused(MOBILE) == "class_closed"
    guard.toll.check(MOBILE, guard.company.person("sofia"), NOW)


def test_only_the_countries_that_are_listed(company) -> None:
    guard = Guard(company, countries=("FR", "PT"))
    assert guard.refused(LONDON) == "country_closed"
    guard.dial("+33142685300")
    guard.dial(MADRID)


def test_a_prefix_can_be_opened_and_others_closed(company) -> None:
    guard = Guard(company, open_prefixes=("+1876555",), countries=("FR",))
    guard.dial("+18765550123")
    assert guard.refused("+18764440123") == "prefix_closed"
    guard = Guard(company, closed_prefixes=("+4420",))
    assert guard.refused(LONDON) == "prefix_closed"
    guard.dial("+25261234567")


def test_calls_of_an_hour_by_extension(company) -> None:
    guard = Guard(company, per_extension=Spending(calls_per_hour=3))
    for index in range(3):
        guard.dial(MOBILE, NOW + index, seconds=1)
    assert guard.refused(MOBILE, NOW + 10) == "hour_spent"
    guard.toll.check(MOBILE, guard.company.person("luis"), NOW + 10)
    guard.dial(MOBILE, NOW + HOUR_S + 1)
    assert [what for what, _ in guard.alarms].count("toll_bound_reached") == 1


def test_minutes_of_an_hour_count_calls_that_go_on(company) -> None:
    guard = Guard(company, per_extension=Spending(minutes_per_hour=10))
    guard.dial(MOBILE, NOW)
    guard.toll.check(MOBILE, guard.ana, NOW + 500)
    assert guard.refused(MOBILE, NOW + 601) == "hour_spent"


def test_minutes_of_finished_calls_are_forgotten_after_the_hour(company) -> None:
    guard = Guard(company, per_extension=Spending(minutes_per_hour=10))
    guard.dial(MOBILE, NOW, seconds=700)
    assert guard.refused(MOBILE, NOW + 800) == "hour_spent"
    guard.toll.check(MOBILE, guard.ana, NOW + HOUR_S + 1)
    assert guard.toll.spent("extension 101", NOW + HOUR_S + 1) == (0, 0.0)


def test_a_call_longer_than_an_hour_counts_until_it_ends(company) -> None:
    guard = Guard(company, per_extension=Spending(minutes_per_hour=30))
    over = guard.toll.begin(MOBILE, guard.ana, guard.carrier, NOW)
    later = NOW + 2 * HOUR_S
    assert guard.refused(MOBILE, later) == "hour_spent"
    over(later)
    assert guard.toll.spent("extension 101", later) == (0, 0.0)


def test_a_trunk_has_an_hour_too(company) -> None:
    guard = Guard(company, per_trunk=Spending(calls_per_hour=2))
    guard.dial(MOBILE)
    guard.dial(MOBILE)
    assert guard.refused(MOBILE) == "hour_spent"


def test_half_an_hours_bound_and_many_calls_abroad_are_told_once(company) -> None:
    guard = Guard(company, per_extension=Spending(calls_per_hour=10), alarm_international_calls=3)
    for index in range(8):
        guard.dial(LONDON, NOW + index, seconds=1)
    told = [detail for what, detail in guard.alarms if what == "toll_unusual"]
    assert len(told) == 2
    assert any("abroad" in detail for detail in told)


def test_what_has_been_spent_stays_spent_when_the_company_changes(company) -> None:
    guard = Guard(company, per_extension=Spending(calls_per_hour=1))
    guard.dial(MOBILE)
    guard.toll.configure(guard.company)
    assert guard.refused(MOBILE) == "hour_spent"


def after_a_restart(accounts: Accounts) -> Accounts:
    document = json.loads(json.dumps(accounts.document()()))
    next_ = Accounts()
    next_.restore(document)
    return next_


def test_what_has_been_spent_stays_spent_over_a_restart(company) -> None:
    guard = Guard(company, per_extension=Spending(calls_per_hour=3), per_trunk=Spending(minutes_per_hour=30))
    guard.dial(MOBILE, seconds=600)
    guard.dial(LONDON, NOW + 700, seconds=60)
    before = [guard.toll.spent(key, NOW + 900) for key in ("extension 101", "trunk carrier")]
    guard.toll.accounts = after_a_restart(guard.toll.accounts)
    guard.toll.accounts.settle(NOW + 900)
    assert [guard.toll.spent(key, NOW + 900) for key in ("extension 101", "trunk carrier")] == before
    assert before == [(2, 11.0), (2, 11.0)]
    guard.dial(MOBILE, NOW + 900)
    assert guard.refused(MOBILE, NOW + 901) == "hour_spent"
    assert guard.toll.spent("extension 101", NOW + 3 * HOUR_S)[0] == 0


def test_a_call_that_goes_on_after_a_restart_counts_until_its_end_and_the_others_are_over(company) -> None:
    guard = Guard(company, per_extension=Spending(minutes_per_hour=600))
    guard.dial(MOBILE)
    guard.dial(LONDON)
    accounts = guard.toll.accounts = after_a_restart(guard.toll.accounts)
    assert accounts.goes_on(MADRID, "carrier") is None
    assert accounts.goes_on(MOBILE, "another") is None
    over = accounts.goes_on(MOBILE, "carrier")
    assert over is not None
    assert accounts.goes_on(MOBILE, "carrier") is None
    accounts.settle(NOW + 60)
    assert guard.toll.spent("extension 101", NOW + 600) == (2, 11.0)
    over(NOW + 1200)
    assert guard.toll.spent("extension 101", NOW + 1800) == (2, 21.0)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"calls": 7},
        {"calls": [[1, 2, 3], "x", [NOW, "+3460", "carrier", 1, [], None], [NOW, "+1", "t", True, 3, 1]]},
    ],
)
def test_accounts_that_cannot_be_read_are_left_out(document: Any) -> None:
    accounts = Accounts()
    accounts.restore(document)
    assert accounts.document()() == {"version": 1, "calls": []}
