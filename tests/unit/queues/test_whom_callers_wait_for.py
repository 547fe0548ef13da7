"""Order with aging priorities and weights, agents whom a caller knows, skills that are asked for less and less."""

from __future__ import annotations

from config.company import QueueMember
from config.queueing import Relaxation
from pbx.queues.inputs import AgentReachable, CallerMoved, CallerSent, OfferFailed
from pbx.queues.outputs import Left, Overflow
from tests.unit.queues.bench import Bench, offers, only
from tests.unit.queues.companies import BOX, company, queue

SKILLED = (QueueMember(login="ana", skills={"tea": 1}), QueueMember(login="luis", skills={"tea": 3}))


def sticky(*logins: str) -> Bench:
    bench = Bench(company(queue("sales", *logins, sticky_s=10, max_wait_s=600)))
    bench.on_duty(*logins)
    return bench


def know(bench: Bench, call_id: str, *logins: str) -> list[tuple[str, str]]:
    from pbx.queues.inputs import CallerJoined

    return offers(bench.do(CallerJoined(call_id, "sales", preferred=logins)))


def busy(bench: Bench, login: str) -> None:
    """``login`` talks in a queue call."""
    ((call_id, first),) = know(bench, f"of-{login}", login)
    assert first == login
    bench.answer(call_id, login)


def test_a_priority_is_a_head_start_that_waiting_makes_up_for() -> None:
    bench = Bench(company(queue("sales", "ana", priority_worth_s=60)))
    bench.join("old")
    bench.pass_time(61)
    bench.join("plain")
    bench.join("vip", priority=1)
    assert bench.engine.lines["sales"].call_ids == ["old", "vip", "plain"]


def test_of_two_queues_the_heavier_ages_faster() -> None:
    bench = Bench(company(queue("sales", "ana"), queue("vip", "ana", weight=3.0)))
    bench.join("plain", "sales")
    bench.pass_time(20)
    bench.join("dear", "vip")
    bench.pass_time(8)  # 28 s against 3 × 8 s
    bench.do(AgentReachable("ana", True))
    assert offers(bench.set("ana", "available")) == [("plain", "ana")]
    bench.set("ana", "offline")
    bench.leave("plain")
    bench.pass_time(10)
    assert offers(bench.set("ana", "available")) == [("dear", "ana")]


def test_a_caller_waits_for_the_agent_who_knows_them_then_takes_anyone() -> None:
    bench = sticky("ana", "luis")
    busy(bench, "ana")
    assert know(bench, "c1", "ana") == []
    assert offers(bench.pass_time(9.9)) == []
    assert offers(bench.pass_time(0.2)) == [("c1", "luis")]


def test_the_responsible_comes_after_the_last_agent() -> None:
    bench = sticky("ana", "luis", "marta")
    busy(bench, "ana")
    busy(bench, "luis")
    assert know(bench, "c1", "ana", "luis") == []
    assert offers(bench.pass_time(11)) == []
    assert offers(bench.over("of-luis", "luis")) == [("c1", "luis")]


def test_nobody_waits_for_an_agent_who_is_away_or_goes() -> None:
    bench = sticky("ana", "luis")
    bench.set("ana", "break")
    assert know(bench, "c1", "ana") == [("c1", "luis")]
    bench.answer("c1", "luis")
    bench.set("ana", "available")
    busy(bench, "ana")
    assert know(bench, "c2", "ana") == []
    bench.over("c1", "luis")
    assert offers(bench.set("ana", "offline")) == [("c2", "luis")]


def test_an_agent_who_does_not_take_it_is_waited_for_no_longer() -> None:
    bench = sticky("ana", "luis")
    assert know(bench, "c1", "ana") == [("c1", "ana")]
    assert offers(bench.do(OfferFailed("c1", "ana", "declined"))) == [("c1", "luis")]


def test_one_who_waits_for_an_agent_does_not_hold_up_the_line() -> None:
    bench = sticky("ana", "luis")
    busy(bench, "ana")
    know(bench, "c1", "ana")
    assert offers(bench.join("c2")) == [("c2", "luis")]


def test_skills_are_asked_for_less_and_less() -> None:
    sales = queue("sales", skills=("tea",), skill_level=1, max_wait_s=600).model_copy(
        update={
            "members": (*SKILLED, QueueMember(login="marta")),
            "relaxation": (Relaxation(after_s=30, level=3), Relaxation(after_s=60)),
        }
    )
    bench = Bench(company(sales))
    bench.on_duty("luis", "marta")
    assert offers(bench.join("c1")) == []
    assert offers(bench.pass_time(29)) == []
    assert offers(bench.pass_time(1.5)) == [("c1", "luis")]
    bench.answer("c1", "luis")
    bench.join("c2")
    assert offers(bench.pass_time(59)) == []
    assert offers(bench.pass_time(1.5)) == [("c2", "marta")]


def test_who_accepts_more_is_served_before_who_waits_longer_for_a_better_agent() -> None:
    sales = queue("sales", skills=("tea",), skill_level=1, max_wait_s=600, priority_worth_s=60).model_copy(
        update={"members": SKILLED, "relaxation": (Relaxation(after_s=30),)}
    )
    bench = Bench(company(sales))
    bench.join("patient")
    bench.pass_time(31)
    bench.join("first", priority=1)
    bench.do(AgentReachable("luis", True))
    assert offers(bench.set("luis", "available")) == [("patient", "luis")]


def test_a_supervisor_moves_callers() -> None:
    bench = Bench(company(queue("sales", "ana")))
    for call in ("c1", "c2", "c3", "c4"):
        bench.join(call)
    bench.do(CallerMoved("c4", 2))
    assert bench.engine.lines["sales"].call_ids == ["c1", "c4", "c2", "c3"]
    bench.do(CallerMoved("c1", 99))
    bench.do(CallerMoved("c3", 1))
    assert bench.engine.lines["sales"].call_ids == ["c3", "c4", "c2", "c1"]
    bench.do(AgentReachable("ana", True))
    assert offers(bench.set("ana", "available")) == [("c3", "ana")]


def test_a_supervisor_sends_a_caller_elsewhere() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.join("c1")
    out = bench.do(CallerSent("c1", BOX))
    assert [left.cause for left in only(Left, out)] == ["overflow"]
    assert only(Overflow, out) == [Overflow("c1", "sales", BOX, "moved")]
    assert not bench.engine.callers
