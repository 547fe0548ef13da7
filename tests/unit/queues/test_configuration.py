"""A changed company applies at once and drops nobody; what callers are told meanwhile."""

from __future__ import annotations

import pytest

from pbx.queues.inputs import Configured
from pbx.queues.outputs import Announce, Overflow
from tests.unit.queues.bench import Bench, offers, only
from tests.unit.queues.companies import BOX, company, queue


def test_a_new_member_is_offered_who_waits() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("luis")
    bench.join("c1")
    assert offers(bench.do(Configured(company(queue("sales", "ana", "luis"))))) == [("c1", "luis")]


def test_a_changed_limit_applies_to_who_waits() -> None:
    bench = Bench(company(queue("sales", "ana", max_wait_s=120)))
    bench.join("c1")
    bench.pass_time(50)
    bench.do(Configured(company(queue("sales", "ana", max_wait_s=60))))
    assert only(Overflow, bench.pass_time(10)) == [Overflow("c1", "sales", BOX, "max_wait")]


def test_callers_of_a_removed_queue_go_where_it_overflows_and_its_agents_stop_ringing() -> None:
    bench = Bench(company(queue("sales", "ana"), queue("support", "ana")))
    bench.on_duty("ana")
    bench.join("c1", "support")
    bench.join("c2", "sales")
    out = bench.do(Configured(company(queue("sales", "ana"))))
    assert only(Overflow, out) == [Overflow("c1", "support", BOX, "removed")]
    assert offers(out) == [("c2", "ana")]


def test_a_member_removed_while_ringing_may_still_answer() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    bench.do(Configured(company(queue("sales", "luis"))))
    bench.answer("c1", "ana")
    assert bench.state("ana") == "talking"


def test_the_position_is_announced_every_so_often_but_not_while_a_phone_rings() -> None:
    bench = Bench(company(queue("sales", "ana", announce_position_s=30)))
    bench.join("c1")
    bench.join("c2")
    assert only(Announce, bench.pass_time(29.9)) == []
    assert only(Announce, bench.pass_time(0.2)) == [Announce("c1", 1, None), Announce("c2", 2, None)]
    bench.pass_time(25)
    bench.on_duty("ana")
    assert only(Announce, bench.pass_time(6)) == [Announce("c2", 2, None)]


def test_the_expected_wait_is_unknown_until_it_can_be_measured() -> None:
    bench = Bench(company(queue("sales", "ana", announce_position_s=30, wrap_up_s=10)))
    bench.on_duty("ana")
    for number in range(3):
        bench.serve(f"c{number}", talk_s=50)
        bench.pass_time(20)
    bench.join("talking")
    bench.answer("talking", "ana")
    bench.join("first")
    bench.join("second")
    first, second = only(Announce, bench.pass_time(30))
    assert (first.position, second.position) == (1, 2)
    assert first.expected_wait_s == pytest.approx(60)
    assert second.expected_wait_s == pytest.approx(120)


def test_the_expected_wait_is_unknown_when_nobody_serves() -> None:
    bench = Bench(company(queue("sales", "ana", announce_position_s=30)))
    bench.on_duty("ana")
    for number in range(3):
        bench.serve(f"c{number}", talk_s=50)
    bench.set("ana", "offline")
    bench.join("c9")
    assert only(Announce, bench.pass_time(30)) == [Announce("c9", 1, None)]
