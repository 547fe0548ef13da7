"""Who is offered which call, and when."""

from __future__ import annotations

import pytest

from pbx.queues.engine import REST_S
from pbx.queues.inputs import AgentReachable, OfferRinging
from pbx.queues.outputs import Connected, Joined, Left, Offer, Overflow, Withdraw
from tests.unit.queues.bench import Bench, offers, only
from tests.unit.queues.companies import BOX, company, queue


def test_a_caller_is_offered_at_once_to_an_agent_who_is_free() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    out = bench.join("c1")
    assert only(Joined, out) == [Joined("c1", "sales", 1, 0)]
    assert only(Offer, out) == [Offer("c1", "ana", "sales", 15.0)]


def test_a_caller_waits_when_nobody_is_available_and_is_offered_to_who_comes() -> None:
    bench = Bench(company(queue("sales", "ana")))
    assert offers(bench.join("c1")) == []
    bench.pass_time(60)
    bench.do(AgentReachable("ana", True))
    assert offers(bench.set("ana", "available")) == [("c1", "ana")]


def test_an_agent_without_a_device_is_not_offered_anything() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.set("ana", "available")
    assert offers(bench.join("c1")) == []
    assert offers(bench.do(AgentReachable("ana", True))) == [("c1", "ana")]
    bench.fail("c1", "ana", "unreachable")
    bench.do(AgentReachable("ana", False))
    assert offers(bench.pass_time(60)) == []


def test_the_next_agent_rings_after_fifteen_seconds() -> None:
    bench = Bench(company(queue("sales", "ana", "luis")))
    bench.on_duty("ana", "luis")
    bench.join("c1")
    assert bench.pass_time(14.9) == []
    out = bench.pass_time(0.2)
    assert only(Withdraw, out) == [Withdraw("c1", "ana", "no_answer")]
    assert offers(out) == [("c1", "luis")]


def test_the_ring_time_counts_from_the_moment_at_which_the_phone_rings_and_is_not_prolonged_again() -> None:
    bench = Bench(company(queue("sales", "ana", "luis")))
    bench.on_duty("ana", "luis")
    bench.join("c1")
    bench.pass_time(3)
    bench.do(OfferRinging("c1", "ana"))
    bench.pass_time(10)
    bench.do(OfferRinging("c1", "ana"))
    assert bench.pass_time(4.9) == []
    assert offers(bench.pass_time(0.2)) == [("c1", "luis")]


@pytest.mark.parametrize("cause", ["busy", "declined", "unreachable"])
def test_an_agent_who_refuses_makes_the_next_one_ring_at_once(cause: str) -> None:
    bench = Bench(company(queue("sales", "ana", "luis")))
    bench.on_duty("ana", "luis")
    bench.join("c1")
    assert offers(bench.fail("c1", "ana", cause)) == [("c1", "luis")]  # type: ignore[arg-type]


def test_all_three_agents_are_tried_before_the_first_is_tried_again() -> None:
    bench = Bench(company(queue("sales", "ana", "luis", "marta")))
    bench.on_duty("ana", "luis", "marta")
    assert offers(bench.join("c1")) == [("c1", "ana")]
    assert offers(bench.pass_time(15)) == [("c1", "luis")]
    assert offers(bench.pass_time(15)) == [("c1", "marta")]
    assert offers(bench.pass_time(15)) == [("c1", "ana")]


def test_a_phone_that_always_declines_is_rung_again_only_after_a_rest() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    assert offers(bench.fail("c1", "ana")) == []
    assert offers(bench.pass_time(REST_S - 0.1)) == []
    assert offers(bench.pass_time(0.2)) == [("c1", "ana")]


def test_choosing_to_be_available_ends_the_rest() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    bench.fail("c1", "ana")
    assert offers(bench.set("ana", "available")) == [("c1", "ana")]


def test_callers_are_served_in_the_order_in_which_they_came() -> None:
    bench = Bench(company(queue("sales", "ana", "luis", "marta")))
    for number in range(10):
        bench.join(f"c{number}")
        bench.pass_time(1)
    bench.on_duty("ana", "luis", "marta")
    served = []
    for _ in range(10):
        waiting = sorted(bench.engine.callers.values(), key=lambda caller: caller.order)
        first = waiting[0]
        login = next(iter(first.offers))
        served.append(first.call_id)
        bench.answer(first.call_id, login)
        bench.pass_time(5)
        bench.over(first.call_id, login)
    assert served == [f"c{number}" for number in range(10)]


def test_a_higher_priority_goes_first_and_waiting_elsewhere_counts() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.join("plain")
    bench.pass_time(1)
    bench.join("waited", waited_s=30)
    bench.join("vip", priority=1)
    assert [bench.engine.position(call) for call in ("vip", "waited", "plain")] == [1, 2, 3]


def test_an_agent_of_two_queues_takes_the_oldest_caller_of_both_and_never_two_at_once() -> None:
    bench = Bench(company(queue("sales", "luis"), queue("support", "luis")))
    bench.join("b", "support")
    bench.pass_time(1)
    bench.join("a", "sales")
    bench.do(AgentReachable("luis", True))
    assert offers(bench.set("luis", "available")) == [("b", "luis")]
    bench.answer("b", "luis")
    assert offers(bench.pass_time(60)) == []
    assert offers(bench.over("b", "luis")) == [("a", "luis")]


def test_an_answered_caller_has_left_the_queue() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    bench.pass_time(4)
    out = bench.answer("c1", "ana")
    assert only(Left, out) == [Left("c1", "sales", "answered", 4.0, "ana")]
    assert only(Connected, out) == [Connected("c1", "ana", "sales", 4.0)]
    assert bench.engine.callers == {}


def test_an_answer_after_the_offer_is_gone_changes_nothing() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    bench.pass_time(15)
    assert bench.answer("c1", "ana") == []


def test_a_caller_who_gives_up_while_an_agent_rings_frees_the_agent_for_the_next() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    bench.join("c2")
    out = bench.leave("c1")
    assert only(Withdraw, out) == [Withdraw("c1", "ana", "left")]
    assert only(Left, out) == [Left("c1", "sales", "abandoned", 0.0)]
    assert offers(out) == [("c2", "ana")]


def test_after_the_longest_wait_the_caller_overflows() -> None:
    bench = Bench(company(queue("sales", "ana", max_wait_s=120)))
    bench.join("c1")
    assert bench.pass_time(119.9) == []
    out = bench.pass_time(0.2)
    assert out == [Left("c1", "sales", "overflow", 120.0), Overflow("c1", "sales", BOX, "max_wait")]


def test_a_phone_that_rings_when_the_wait_is_over_rings_to_its_end() -> None:
    bench = Bench(company(queue("sales", "ana", max_wait_s=120)))
    bench.join("c1")
    bench.pass_time(118)
    bench.on_duty("ana")
    assert bench.pass_time(14) == []
    out = bench.pass_time(2)
    assert only(Overflow, out) == [Overflow("c1", "sales", BOX, "max_wait")]
    assert offers(out) == []


def test_a_full_queue_sends_the_next_caller_on_at_once() -> None:
    bench = Bench(company(queue("sales", "ana", max_callers=2)))
    bench.join("c1")
    bench.join("c2")
    assert only(Overflow, bench.join("c3")) == [Overflow("c3", "sales", BOX, "full")]
    assert set(bench.engine.callers) == {"c1", "c2"}


def test_inputs_about_what_is_not_known_change_nothing() -> None:
    bench = Bench(company(queue("sales", "ana")))
    assert bench.leave("nobody") == []
    assert bench.answer("nobody", "ana") == []
    assert bench.fail("nobody", "ana") == []
    assert bench.over("nobody", "ana") == []
    assert bench.set("nobody", "available") == []
    assert bench.join("c1", "no-such-queue") == []
    bench.join("c1")
    assert bench.join("c1") == []
