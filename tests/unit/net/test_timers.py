"""The wheel of timers: what is due fires in its tick, once, and nothing else wakes the loop."""

import weakref

import pytest

from pbx.net.timers import TICKS_PER_S, Timed, Timers
from tests.unit.net.network import VirtualClock

TICK = 1 / TICKS_PER_S


class Alarm(Timed):
    def __init__(self, at, then=None, fault=None):
        self.at = at
        self.then = then
        self.fault = fault
        self.fired = []

    @property
    def deadline(self):
        return self.at

    def fire(self, now):
        assert now >= self.at
        self.fired.append(now)
        self.at = self.then
        self.then = None
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def timers(clock):
    return Timers(clock)


@pytest.mark.parametrize("after", [0.2, 0.5, 1.5, 32.0, 1 / 3, 0.123456789])
def test_it_fires_at_its_deadline_and_at_most_a_tick_later(clock, timers, after):
    alarm = Alarm(clock.now + after)
    timers.update(alarm)
    clock.advance(after - 0.001)
    assert alarm.fired == []
    clock.advance(TICK + 0.001)
    assert len(alarm.fired) == 1


def test_one_that_moved_later_fires_then(clock, timers):
    alarm = Alarm(clock.now + 1)
    timers.update(alarm)
    alarm.at += 1
    timers.update(alarm)
    clock.advance(1.5)
    assert alarm.fired == []
    clock.advance(0.6)
    assert len(alarm.fired) == 1


def test_one_that_moved_earlier_fires_once(clock, timers):
    alarm = Alarm(clock.now + 5)
    timers.update(alarm)
    alarm.at = clock.now + 1
    timers.update(alarm)
    clock.advance(10)
    assert len(alarm.fired) == 1


def test_one_that_was_cleared_never_fires(clock, timers):
    alarm = Alarm(clock.now + 1)
    timers.update(alarm)
    alarm.at = None
    clock.advance(10)
    assert alarm.fired == []


def test_one_that_sets_another_deadline_fires_again(clock, timers):
    alarm = Alarm(clock.now + 1, then=clock.now + 2)
    timers.update(alarm)
    clock.advance(10)
    assert len(alarm.fired) == 2


def test_a_thousand_in_one_tick_wake_the_loop_once(clock, timers):
    alarms = [Alarm(clock.now + 1 + index * TICK / 2000) for index in range(1000)]
    for alarm in alarms:
        timers.update(alarm)
    assert len(clock._calls) <= 2
    clock.advance(1 + 2 * TICK)
    assert all(len(alarm.fired) == 1 for alarm in alarms)


def test_one_that_fails_leaves_the_others_due(clock, timers):
    broken, sound = Alarm(clock.now + 1, fault=RuntimeError("x")), Alarm(clock.now + 1)
    timers.update(broken)
    timers.update(sound)
    with pytest.raises(RuntimeError):
        clock.advance(2)
    clock.advance(1)
    assert len(sound.fired) == 1


def test_nothing_fires_after_the_stop(clock, timers):
    alarm = Alarm(clock.now + 1)
    timers.update(alarm)
    timers.stop()
    clock.advance(10)
    assert alarm.fired == []


def test_one_that_is_forgotten_never_fires_and_is_kept_by_nobody(clock, timers):
    alarm = Alarm(clock.now + 1800)
    timers.update(alarm)
    alarm.at = clock.now + 32
    timers.update(alarm)
    timers.forget(alarm)
    timers.forget(alarm)
    fired, kept = alarm.fired, weakref.ref(alarm)
    del alarm
    assert kept() is None
    clock.advance(3600)
    assert fired == []
