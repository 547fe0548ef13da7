"""Agents whose only device is a browser that sleeps: they are woken, after those who are there."""

from __future__ import annotations

from pbx.queues.inputs import AgentReachable, OfferRinging
from pbx.queues.outputs import Offer, Withdraw
from tests.unit.queues.bench import Bench, offers, only
from tests.unit.queues.companies import company, queue

TEAM = ("ana", "luis", "marta")
WAKE_S = 16  # the company's wait for browsers, and a moment


def asleep(bench: Bench, *logins: str) -> None:
    for login in logins:
        bench.do(AgentReachable(login, True, by="push"))
        bench.set(login, "available")


def test_who_sleeps_is_woken_and_rings_its_full_time_from_when_it_rings() -> None:
    bench = Bench(company(queue("sales", *TEAM)))
    asleep(bench, "ana")
    (offer,) = only(Offer, bench.join("c1"))
    assert (offer.login, offer.wakes, offer.ring_s) == ("ana", True, 15.0)
    assert bench.pass_time(WAKE_S - 2) == []
    bench.do(AgentReachable("ana", True))
    bench.do(OfferRinging("c1", "ana"))
    assert bench.pass_time(14) == []
    assert only(Withdraw, bench.pass_time(2)) == [Withdraw("c1", "ana", "no_answer")]


def test_who_does_not_come_in_time_makes_way_for_the_next() -> None:
    bench = Bench(company(queue("sales", *TEAM)))
    asleep(bench, "ana", "luis")
    assert offers(bench.join("c1")) == [("c1", "ana")]
    out = bench.pass_time(WAKE_S)
    assert only(Withdraw, out) == [Withdraw("c1", "ana", "no_answer")]
    assert offers(out) == [("c1", "luis")]


def test_nobody_is_woken_while_somebody_is_there() -> None:
    bench = Bench(company(queue("sales", *TEAM)))
    asleep(bench, "ana")
    bench.on_duty("marta")
    (offer,) = only(Offer, bench.join("c1"))
    assert (offer.login, offer.wakes) == ("marta", False)


def test_all_of_a_queue_that_rings_all_are_told() -> None:
    bench = Bench(company(queue("sales", *TEAM, strategy="ring_all")))
    asleep(bench, "ana")
    bench.on_duty("marta")
    assert [(offer.login, offer.wakes) for offer in only(Offer, bench.join("c1"))] == [("ana", True), ("marta", False)]


def test_who_can_be_woken_no_more_is_offered_nothing() -> None:
    bench = Bench(company(queue("sales", *TEAM)))
    asleep(bench, "ana")
    bench.do(AgentReachable("ana", False, by="push"))
    assert offers(bench.join("c1")) == []
    bench.do(AgentReachable("ana", False))
    assert offers(bench.do(AgentReachable("ana", True, by="push"))) == [("c1", "ana")]


def test_offers_in_vain_put_who_sleeps_on_a_break_like_anybody() -> None:
    bench = Bench(company(queue("sales", *TEAM)))
    asleep(bench, "ana")
    bench.join("c1")
    bench.pass_time(130)
    assert bench.engine.agents["ana"].seen_as == "break"
