"""One key press is one digit, whichever way it comes."""

from __future__ import annotations

from pbx.calls.digits import DigitFilter


def test_the_same_press_both_ways_counts_once() -> None:
    presses = DigitFilter()
    assert presses.accept("5", "rtp", 0.0)
    assert not presses.accept("5", "info", 0.2)


def test_two_presses_both_ways_count_twice_in_any_order() -> None:
    presses = DigitFilter()
    came = [("5", "info", 0.0), ("5", "rtp", 0.1), ("5", "rtp", 0.3), ("5", "info", 0.4)]
    assert [presses.accept(digit, source, at) for digit, source, at in came] == [True, False, True, False]


def test_one_way_alone_passes_everything() -> None:
    presses = DigitFilter()
    assert all(presses.accept("1", "info", at / 10) for at in range(100))


def test_a_second_later_it_is_another_press() -> None:
    presses = DigitFilter()
    assert presses.accept("5", "rtp", 0.0)
    assert presses.accept("5", "info", 1.5)


def test_what_is_no_key_is_not_heard() -> None:
    assert not DigitFilter().accept("!", "info", 0.0)
    assert not DigitFilter().accept("12", "info", 0.0)
