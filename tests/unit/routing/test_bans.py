"""Bans grow, end, and stay few."""

from __future__ import annotations

from pbx.routing.bans import Bans


def fail(bans: Bans, key: str, times: int, now: float) -> float:
    return max(bans.failed(key, now) for _ in range(times))


def test_some_failures_are_forgiven() -> None:
    bans = Bans(tolerated=3, first_s=30)
    assert fail(bans, "a", 3, 0.0) == 0
    assert bans.remaining_s("a", 0.0) == 0
    assert bans.failed("a", 0.0) == 30
    assert bans.remaining_s("a", 10.0) == 20
    assert bans.remaining_s("a", 30.0) == 0
    assert bans.remaining_s("b", 10.0) == 0


def test_each_ban_is_twice_as_long_up_to_the_longest() -> None:
    bans = Bans(tolerated=0, first_s=30, longest_s=100)
    assert [bans.failed("a", float(now)) for now in (0, 40, 140, 300)] == [30, 60, 100, 100]


def test_success_forgives_failures_but_not_the_length_of_the_next_ban() -> None:
    bans = Bans(tolerated=2, first_s=30)
    fail(bans, "a", 3, 0.0)
    fail(bans, "a", 2, 40.0)
    bans.succeeded("a")
    assert fail(bans, "a", 2, 50.0) == 0
    assert bans.failed("a", 51.0) == 60


def test_who_keeps_quiet_starts_anew() -> None:
    bans = Bans(tolerated=0, first_s=30, memory_s=100)
    assert bans.failed("a", 0.0) == 30
    assert bans.failed("a", 500.0) == 30


def test_the_table_is_bounded_and_forgets_the_quietest() -> None:
    bans = Bans(tolerated=0, capacity=10)
    for n in range(100):
        bans.failed(f"source-{n}", float(n))
    assert len(bans) == 10
    assert bans.remaining_s("source-99", 99.0) > 0
    assert bans.remaining_s("source-0", 99.0) == 0
