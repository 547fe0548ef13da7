"""What agents are seen to be doing."""

from __future__ import annotations

from pbx.queues.inputs import AgentBusy, AgentFree, AgentReachable, Configured
from pbx.queues.outputs import AgentChanged, Output, Withdraw
from tests.unit.queues.bench import Bench, offers, only
from tests.unit.queues.companies import company, person, queue


def changes(out: list[Output]) -> list[tuple[str, str, str]]:
    return [(change.login, change.state, change.cause) for change in only(AgentChanged, out)]


def test_everyone_starts_offline() -> None:
    bench = Bench(company(queue("sales", "ana")))
    assert {agent.state for agent in bench.engine.agents.values()} == {"offline"}


def test_the_life_of_a_queue_call_as_others_see_it() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=5)))
    bench.do(AgentReachable("ana", True))
    assert changes(bench.set("ana", "available")) == [("ana", "available", "api")]
    assert changes(bench.join("c1")) == [("ana", "ringing", "call")]
    assert changes(bench.answer("c1", "ana")) == [("ana", "talking", "call")]
    bench.pass_time(10)
    (change,) = only(AgentChanged, bench.over("c1", "ana"))
    assert (change.state, change.previous, change.until) == ("wrap_up", "talking", 15.0)
    assert changes(bench.pass_time(4.9)) == []
    assert changes(bench.pass_time(0.2)) == [("ana", "available", "wrap_up_over")]


def test_nothing_is_offered_during_wrap_up() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=5)))
    bench.on_duty("ana")
    bench.serve("c1")
    assert offers(bench.join("c2")) == []
    assert offers(bench.pass_time(5)) == [("c2", "ana")]


def test_choosing_to_be_available_ends_wrap_up() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=60)))
    bench.on_duty("ana")
    bench.serve("c1")
    assert changes(bench.set("ana", "available")) == [("ana", "available", "api")]
    assert bench.pass_time(120) == []


def test_a_break_chosen_during_a_call_begins_after_it() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=5)))
    bench.on_duty("ana")
    bench.join("c1")
    bench.answer("c1", "ana")
    assert bench.set("ana", "break", "lunch") == []
    (change,) = only(AgentChanged, bench.over("c1", "ana"))
    assert (change.state, change.reason, change.cause) == ("break", "lunch", "api")
    assert bench.pass_time(60) == []


def test_being_available_chosen_again_during_a_call_keeps_wrap_up() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=5)))
    bench.on_duty("ana")
    bench.join("c1")
    bench.answer("c1", "ana")
    bench.set("ana", "available")
    assert changes(bench.over("c1", "ana")) == [("ana", "wrap_up", "call")]


def test_offline_chosen_while_a_call_rings_takes_effect_when_it_is_not_taken() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    assert bench.set("ana", "offline") == []
    assert changes(bench.pass_time(15)) == [("ana", "offline", "api")]


def test_a_direct_call_makes_an_agent_talk_without_wrap_up() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=5)))
    bench.on_duty("ana")
    assert changes(bench.do(AgentBusy("ana", "d1", ringing=True))) == [("ana", "ringing", "call")]
    assert offers(bench.join("c1")) == []
    assert changes(bench.do(AgentBusy("ana", "d1"))) == [("ana", "talking", "call")]
    out = bench.do(AgentFree("ana", "d1"))
    assert changes(out) == [("ana", "available", "call"), ("ana", "ringing", "call")]


def test_a_second_device_that_still_rings_does_not_end_the_talk() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.do(AgentBusy("ana", "d1"))
    bench.do(AgentBusy("ana", "d1", ringing=True))
    assert bench.state("ana") == "talking"


def test_a_direct_call_of_somebody_offline_ends_offline() -> None:
    bench = Bench(company(queue("sales", "ana")))
    assert changes(bench.do(AgentBusy("ana", "d1"))) == [("ana", "talking", "call")]
    assert changes(bench.do(AgentFree("ana", "d1"))) == [("ana", "offline", "call")]


def test_a_direct_call_during_wrap_up_does_not_prolong_it() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=10)))
    bench.on_duty("ana")
    bench.serve("c1")
    bench.pass_time(2)
    bench.do(AgentBusy("ana", "d1"))
    bench.pass_time(4)
    assert changes(bench.do(AgentFree("ana", "d1"))) == [("ana", "wrap_up", "call")]
    assert changes(bench.pass_time(4)) == [("ana", "available", "wrap_up_over")]


def test_who_takes_another_call_while_a_queue_call_rings_is_passed_over() -> None:
    bench = Bench(company(queue("sales", "ana", "luis")))
    bench.on_duty("ana", "luis")
    bench.join("c1")
    out = bench.do(AgentBusy("ana", "d1"))
    assert only(Withdraw, out) == [Withdraw("c1", "ana", "busy")]
    assert offers(out) == [("c1", "luis")]


def test_the_offered_call_itself_does_not_count_as_another_call() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    assert bench.do(AgentBusy("ana", "c1", ringing=True)) == []
    bench.answer("c1", "ana")
    assert bench.do(AgentBusy("ana", "c1")) == []


def test_another_reason_for_a_break_is_a_change() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.set("ana", "break", "lunch")
    (change,) = only(AgentChanged, bench.set("ana", "break", "training"))
    assert (change.state, change.previous, change.reason) == ("break", "break", "training")
    assert bench.set("ana", "break", "training") == []


def test_an_agent_who_toggles_a_thousand_times_leaves_nothing_behind() -> None:
    bench = Bench(company(queue("sales", "ana", wrap_up_s=60)))
    bench.on_duty("ana")
    for number in range(1000):
        bench.serve(f"c{number}")
        bench.set("ana", "available")
    assert bench.engine.next_deadline() is None
    assert len(bench.engine._alarms._heap) < 100


def test_somebody_who_leaves_the_company_finishes_the_call() -> None:
    bench = Bench(company(queue("sales", "ana")))
    bench.on_duty("ana")
    bench.join("c1")
    bench.answer("c1", "ana")
    bench.do(Configured(company(queue("sales", "luis"), people=(person("luis", "102"),))))
    assert bench.state("ana") == "talking"
    bench.over("c1", "ana")
    assert set(bench.engine.agents) == {"luis"}
