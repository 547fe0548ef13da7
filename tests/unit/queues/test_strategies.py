"""Which agent a strategy chooses."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from config.company import Queue, QueueMember
from pbx.queues.inputs import OfferAnswered
from pbx.queues.outputs import Withdraw
from pbx.queues.strategies import Candidate, choose
from tests.unit.queues.bench import Bench, offers, only
from tests.unit.queues.companies import BOX, company, queue

TEAM = ("ana", "luis", "marta")


def test_longest_idle_begins_with_who_never_had_a_call_by_extension() -> None:
    bench = Bench(company(queue("sales", *TEAM)))
    bench.on_duty("marta", "luis", "ana")
    assert [bench.serve(f"c{number}") for number in range(3)] == ["ana", "luis", "marta"]


def test_longest_idle_counts_from_the_end_of_wrap_up() -> None:
    bench = Bench(company(queue("sales", "ana", "luis", wrap_up_s=30), queue("quick", "luis")))
    bench.on_duty("ana", "luis")
    bench.serve("c1", talk_s=10)  # Ana, in wrap-up until 40
    bench.serve("c2", talk_s=10, queue="quick")  # Luis, free from 20
    bench.pass_time(60)
    assert bench.serve("c3") == "luis"


def test_longest_idle_counts_from_becoming_available() -> None:
    bench = Bench(company(queue("sales", "ana", "luis")))
    bench.on_duty("ana", "luis")
    bench.serve("c1")
    bench.pass_time(10)
    bench.serve("c2")
    bench.pass_time(10)
    bench.set("ana", "break")
    bench.set("ana", "available")
    assert bench.serve("c3") == "luis"


def test_a_call_not_taken_does_not_make_an_agent_less_idle() -> None:
    bench = Bench(company(queue("sales", "ana", "luis")))
    bench.on_duty("ana", "luis")
    for number in range(2):
        bench.serve(f"c{number}")
        bench.pass_time(10)
    bench.join("c2")
    bench.fail("c2", "ana")
    bench.answer("c2", "luis")
    bench.over("c2", "luis")
    bench.pass_time(20)
    assert bench.serve("c3") == "ana"


def test_round_robin_goes_on_where_it_stopped() -> None:
    bench = Bench(company(queue("sales", *TEAM, strategy="round_robin")))
    bench.on_duty(*TEAM)
    assert [bench.serve(f"c{number}") for number in range(5)] == ["ana", "luis", "marta", "ana", "luis"]


def test_round_robin_passes_over_who_cannot_be_rung() -> None:
    bench = Bench(company(queue("sales", *TEAM, strategy="round_robin")))
    bench.on_duty(*TEAM)
    bench.serve("c1")
    bench.set("luis", "break")
    assert bench.serve("c2") == "marta"
    bench.set("luis", "available")
    assert bench.serve("c3") == "ana"
    assert bench.serve("c4") == "luis"


def test_fewest_calls_and_least_talk_time() -> None:
    few = Candidate("ana", "101", 0, calls=3, talk_s=10, idle_since=1)
    little = Candidate("luis", "102", 1, calls=2, talk_s=900, idle_since=2)
    assert choose("fewest_calls", [few, little], -1, Random(1)) == [little]
    assert choose("least_talk_time", [few, little], -1, Random(1)) == [few]


def test_in_order_begins_with_the_first_of_the_list_every_time() -> None:
    bench = Bench(company(queue("sales", "marta", "ana", strategy="in_order")))
    bench.on_duty("ana", "marta")
    assert [bench.serve(f"c{number}") for number in range(3)] == ["marta"] * 3


def test_random_gives_everyone_a_share_and_weighted_by_penalty() -> None:
    candidates = [Candidate("ana", "101", 0), Candidate("luis", "102", 1, penalty=3)]
    rng = Random(7)
    even = Counter(
        choose("random", [*candidates[:1], Candidate("luis", "102", 1)], -1, rng)[0].login for _ in "x" * 999
    )
    assert 400 < even["ana"] < 600
    weighted = Counter(choose("weighted", candidates, -1, rng)[0].login for _ in range(1000))
    assert 740 < weighted["ana"] < 860


def test_ring_all_rings_everyone_and_the_first_answer_wins() -> None:
    bench = Bench(company(queue("sales", *TEAM, strategy="ring_all")))
    bench.on_duty(*TEAM)
    assert offers(bench.join("c1")) == [("c1", login) for login in TEAM]
    assert offers(bench.join("c2")) == []
    assert offers(bench.fail("c1", "luis")) == []
    out = bench.do(OfferAnswered("c1", "marta"))
    assert only(Withdraw, out) == [Withdraw("c1", "ana", "elsewhere")]
    assert offers(out) == [("c2", "ana")]


def test_a_lower_penalty_goes_first_whatever_the_strategy_says() -> None:
    members = (QueueMember(login="ana", penalty=2), QueueMember(login="marta"))
    bench = Bench(company(Queue(name="sales", members=members, overflow=BOX, announce_position_s=0)))
    bench.on_duty("ana", "marta")
    assert [bench.serve("c1"), bench.serve("c2")] == ["marta", "marta"]


@pytest.mark.parametrize("strategy", ["longest_idle", "round_robin", "in_order"])
def test_who_lacks_a_skill_that_the_queue_asks_for_is_not_rung_and_better_levels_go_first(strategy: str) -> None:
    members = (
        QueueMember(login="ana"),
        QueueMember(login="luis", skills={"machines": 2}),
        QueueMember(login="marta", skills={"machines": 1}),
    )
    asked = Queue(
        name="sales",
        members=members,
        skills=("machines",),
        strategy=strategy,
        overflow=BOX,
    )
    bench = Bench(company(asked))
    bench.on_duty("ana", "luis")
    assert offers(bench.join("c1")) == [("c1", "luis")]
    bench.on_duty("marta")
    assert offers(bench.join("c2")) == [("c2", "marta")]
    assert offers(bench.join("c3")) == []
