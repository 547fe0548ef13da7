"""Where callers go who cannot be served here, and what is done about agents who do not pick up or stay away."""

from __future__ import annotations

from typing import Any

import pytest

from config.company import Destination
from config.queueing import AgentRules, BreakReason
from pbx.queues.inputs import CallerJoined, Configured, QueueOpened, WrapUpEnded, WrapUpExtended
from pbx.queues.outputs import AgentChanged, BreakOverdue, Overflow
from tests.unit.queues.bench import Bench, only
from tests.unit.queues.companies import BOX, company, queue

ELSEWHERE = Destination(kind="queue", target="support")


def elsewhere(*causes: str, **settings: Any) -> Bench:
    sales = queue("sales", "ana", overflow_when=dict.fromkeys(causes, ELSEWHERE), **settings)
    return Bench(company(sales, queue("support", "luis")))


def went(bench: Bench) -> list[tuple[str, Destination]]:
    out = bench.do(CallerJoined("c1", "sales"))
    return [(over.cause, over.destination) for over in only(Overflow, out)]


def test_nobody_logged_in() -> None:
    bench = elsewhere("no_agents")
    assert went(bench) == [("no_agents", ELSEWHERE)]
    bench.on_duty("ana")
    assert went(bench) == []


def test_everybody_on_a_break() -> None:
    bench = elsewhere("all_on_break")
    bench.on_duty("ana")
    bench.set("ana", "break")
    assert went(bench) == [("all_on_break", ELSEWHERE)]
    bench.set("ana", "offline")
    assert went(bench) == []


def test_outside_hours() -> None:
    bench = elsewhere("outside_hours")
    bench.do(QueueOpened("sales", False))
    assert went(bench) == [("outside_hours", ELSEWHERE)]
    bench.do(QueueOpened("sales", True))
    assert went(bench) == []


def test_a_wait_that_is_expected_to_be_too_long() -> None:
    bench = elsewhere("long_wait", max_expected_wait_s=60)
    bench.on_duty("ana")
    for number in range(3):
        bench.serve(f"before{number}", talk_s=45)
    bench.join("now")
    bench.answer("now", "ana")
    assert went(bench) == []
    out = bench.do(CallerJoined("c2", "sales"))
    assert [over.cause for over in only(Overflow, out)] == ["long_wait"]


def test_who_is_served_at_once_is_not_sent_away_however_long_calls_take() -> None:
    bench = elsewhere("long_wait", max_expected_wait_s=10)
    bench.on_duty("ana")
    for number in range(5):
        bench.serve(f"before{number}", talk_s=300)
    assert went(bench) == []


def test_a_cause_without_a_destination_makes_nobody_leave() -> None:
    bench = elsewhere()
    bench.do(QueueOpened("sales", False))
    assert went(bench) == []


def test_who_waits_when_the_last_agent_leaves_goes_too_but_not_the_one_who_came_back() -> None:
    bench = elsewhere("no_agents")
    bench.on_duty("ana")
    bench.join("first")
    bench.answer("first", "ana")
    bench.join("waits")
    bench.do(CallerJoined("back", "sales", spared=True))
    bench.do(CallerJoined("callback", "sales", stays=True))
    bench.set("ana", "offline")
    out = bench.over("first", "ana")
    assert [(over.call_id, over.cause) for over in only(Overflow, out)] == [("waits", "no_agents")]
    assert sorted(bench.engine.callers) == ["back", "callback"]


def test_a_changed_overflow_applies_at_once() -> None:
    bench = elsewhere()
    bench.join("c1")
    sales = queue("sales", "ana", overflow_when={"no_agents": BOX})
    out = bench.do(Configured(company(sales, queue("support", "luis"))))
    assert only(Overflow, out) == [Overflow("c1", "sales", BOX, "no_agents")]


def test_a_callback_stays_however_long_it_takes() -> None:
    bench = Bench(company(queue("sales", "ana", max_wait_s=10)))
    bench.do(CallerJoined("callback", "sales", stays=True))
    assert bench.pass_time(100000) == []


def rules(**settings: Any) -> Bench:
    sales = queue("sales", "ana", wrap_up_s=10)
    return Bench(company(sales).model_copy(update={"agents": AgentRules(**settings)}))


def test_misses_in_a_row_put_an_agent_on_a_break_that_says_why() -> None:
    bench = rules(misses_before_break=2)
    bench.on_duty("ana")
    bench.join("c1")
    bench.pass_time(15)
    assert bench.state("ana") == "available"
    out = bench.pass_time(5 + 15)
    assert only(AgentChanged, out)[-1] == AgentChanged("ana", "break", "ringing", "missed_calls", "no_answer")


@pytest.mark.parametrize("between", ["answers", "says available", "declines"])
def test_only_misses_in_a_row_count(between: str) -> None:
    bench = rules(misses_before_break=2)
    bench.on_duty("ana")
    bench.join("c1")
    bench.pass_time(20)
    match between:
        case "answers":
            bench.answer("c1", "ana")
            bench.over("c1", "ana")
            bench.pass_time(10)
            bench.join("c2")
            bench.pass_time(15)
        case "says available":
            bench.leave("c1")
            bench.set("ana", "available")
            bench.join("c2")
            bench.pass_time(15)
        case _:
            bench.fail("c1", "ana", "declined")
    assert bench.state("ana") == "available"


def test_wrap_up_is_extended_up_to_a_limit_and_ended_by_a_supervisor() -> None:
    bench = rules(longest_wrap_up_s=30)
    bench.on_duty("ana")
    bench.serve("c1")
    (said,) = only(AgentChanged, bench.do(WrapUpExtended("ana", 15)))
    assert (said.state, said.cause, said.until) == ("wrap_up", "extended", 25)
    bench.do(WrapUpExtended("ana", 15))
    bench.pass_time(29)
    assert bench.state("ana") == "wrap_up"
    assert bench.do(WrapUpExtended("ana", 15)) == []
    (said,) = only(AgentChanged, bench.do(WrapUpEnded("ana", "supervisor")))
    assert (said.state, said.cause) == ("available", "supervisor")


def test_a_break_that_lasts_too_long_is_told_once() -> None:
    bench = rules(breaks=(BreakReason(name="lunch", max_s=60),))
    bench.on_duty("ana")
    bench.set("ana", "break", "lunch")
    assert only(BreakOverdue, bench.pass_time(100)) == [BreakOverdue("ana", "lunch", 60)]
    bench.set("ana", "break", "training")
    assert bench.pass_time(1000) == []
