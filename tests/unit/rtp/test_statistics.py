"""What a receiver counts (RFC 3550 appendix A) and what it says of the sound (ITU-T G.107)."""

from __future__ import annotations

import numpy as np
import pytest

from pbx.rtp import emodel, statistics


def numbers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_counters_are_extended_over_their_wrap() -> None:
    assert statistics.extend(numbers(65535, 65536, 131071), numbers(0, 65535, 1), 16).tolist() == [65536, 65535, 131073]


def test_the_window_tells_duplicates_from_late_packets() -> None:
    window, highest = np.zeros(1, np.uint64), numbers(99)
    duplicates = []
    for sequence in (100, 101, 103, 102, 102, 103, 170, 101, 107, 107, 106):
        window, duplicate = statistics.seen(window, highest, numbers(sequence))
        highest = np.maximum(highest, sequence)
        duplicates.append(bool(duplicate[0]))
    assert duplicates == [False, False, False, False, True, True, False, True, False, True, True]


def test_jitter_follows_the_formula() -> None:
    value = statistics.jitter(np.zeros(1), numbers(160), numbers(0))
    assert value[0] == 10
    assert statistics.jitter(value, numbers(160), numbers(160))[0] == 10 - 10 / 16


def test_the_fraction_lost_is_in_256ths_and_never_negative() -> None:
    assert statistics.fraction_lost(100, 75) == 64
    assert statistics.fraction_lost(100, 101) == 0
    assert statistics.fraction_lost(0, 0) == 0
    assert statistics.fraction_lost(10, 0) == 255


def test_the_e_model_at_its_landmarks() -> None:
    assert emodel.mos_of_rating(93.2) == pytest.approx(4.41, abs=0.01)
    assert emodel.mos_of_rating(70) == pytest.approx(3.60, abs=0.01)
    assert emodel.mos_of_rating(50) == pytest.approx(2.58, abs=0.01)
    assert emodel.mos(0.0, 0.0, None) > 4.3
    assert emodel.mos(0.02, 0.0, None) == pytest.approx(4.17, abs=0.1)


def test_loss_and_delay_only_make_it_worse() -> None:
    by_loss = [emodel.mos(loss, 5, 100) for loss in (0, 0.01, 0.05, 0.2, 1.0)]
    by_delay = [emodel.mos(0, 0, trip) for trip in (0, 200, 400, 1000)]
    assert by_loss == sorted(by_loss, reverse=True)
    assert by_delay == sorted(by_delay, reverse=True)
    assert min(by_loss + by_delay) >= 1.0
