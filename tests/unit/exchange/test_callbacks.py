"""Callbacks to the end: asked for, kept in line, called, tried again, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from config.company import Company
from config.queueing import CallbackRules
from config.security import TollGuard
from pbx.events import CallbackAttempted, CallbackChanged, CallbackEnded, CallbackRequested, CallEnded, QueueJoined
from pbx.exchange.callbacks.book import Callback, CallbackBook
from pbx.exchange.callbacks.calling import Calling
from pbx.refusals import BadRequestError
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import CARMEN, SALES, Stage

RULES = CallbackRules(attempts=2, retry_s=60)
JOHN = "+442079460123"


def change_rules(stage: Stage, rules: CallbackRules) -> None:
    """``sales`` calls back by these rules from now on."""
    company = stage.company
    queues = tuple(queue.model_copy(update={"callbacks": rules}) for queue in company.queues)
    changed: Company = company.model_copy(update={"queues": queues})
    for queue in changed.queues:
        stage.house.snapshot().queues[queue.name] = queue  # type: ignore[index]
    stage.queues.configure(changed)


@pytest.fixture
async def calling(stage: Stage) -> AsyncIterator[Calling]:
    change_rules(stage, RULES)
    calling = Calling(stage.house)
    yield calling
    await calling.stop()


async def asks(stage: Stage, number: str = CARMEN, keys: str = "") -> None:
    """A caller of ``sales`` asks to be called back."""
    caller = await stage.call_in(SALES, number=number)
    stage.press(caller, "1")
    await stage.settle(0.5)
    for key in keys:
        stage.press(caller, key)
        await stage.settle(0.2)
    await stage.settle(8)
    assert caller.is_over


def trunk_call(stage: Stage, number: str = CARMEN) -> Session:
    return stage.agent.to(number)


async def test_an_agent_is_rung_then_the_customer_and_they_talk(stage: Stage, calling: Calling) -> None:
    await asks(stage)
    assert len(stage.of(QueueJoined)) == 1
    assert [row.kind for row in stage.queues.queue("sales").callers] == ["callback"]
    assert stage.queues.queue("sales").waiting == 0
    stage.phone("ana", available=True)
    await stage.settle()
    agent = stage.agent.to("101")
    agent.rings()
    agent.answers()
    await stage.settle(3)
    customer = trunk_call(stage)
    customer.rings()
    customer.answers()
    await stage.settle(10)
    assert stage.hears(agent, customer)
    customer.hangs_up()
    await stage.settle()
    (attempt,) = stage.of(CallbackAttempted)
    assert (attempt.result, attempt.login, attempt.attempt) == ("answered", "ana", 1)
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.login, ended.number) == ("reached", "ana", CARMEN)
    last = stage.of(CallEnded)[-1]
    assert (last.result, last.queue, last.login, last.direction) == ("answered", "sales", "ana", "outbound")
    assert stage.queues.agent("ana").state == "wrap_up"
    assert stage.house.callbacks.all() == []
    stage.nothing_is_left()


async def test_the_place_in_line_is_kept(stage: Stage, calling: Calling) -> None:
    first = await stage.call_in(SALES)
    await stage.settle(30)
    stage.press(first, "1")
    await stage.settle(10)
    await stage.call_in(SALES, number="+34600999888")
    places = stage.queues.queue("sales").callers
    assert [place.kind for place in places] == ["callback", "call"]
    assert places[0].wait_s == pytest.approx(40, abs=1)


async def test_the_next_agent_when_the_first_does_not_answer(stage: Stage, calling: Calling) -> None:
    await asks(stage)
    stage.phone("ana", available=True)
    await stage.settle()
    stage.agent.to("101").refuses(486)
    stage.phone("luis", available=True)
    await stage.settle()
    stage.agent.to("102").answers()
    await stage.settle(3)
    trunk_call(stage).answers()
    await stage.settle(1)
    (attempt,) = [call for call in stage.board.calls.values() if call.direction == "outbound"]
    assert attempt.ledger.login == "luis"


async def test_a_colleague_who_picks_it_up_makes_the_call_and_the_agent_is_free(stage: Stage, calling: Calling) -> None:
    await asks(stage)
    stage.phone("ana", available=True)
    await stage.settle()
    stage.agent.to("101").rings()
    marta = await stage.call_from("103", "*8")
    await stage.settle(3)
    assert stage.queues.agent("ana").state == "available"
    assert stage.queues.agent("marta").state == "talking"
    customer = trunk_call(stage)
    customer.answers()
    await stage.settle(1)
    assert stage.hears(marta, customer)
    customer.hangs_up()
    await stage.settle(5)
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.login) == ("reached", "marta")
    assert stage.queues.agent("ana").state == "available"
    assert stage.queues.agent("marta").state != "talking"
    stage.nothing_is_left()


async def test_a_customer_who_does_not_answer_is_called_again_and_given_up_at_last(
    stage: Stage, calling: Calling
) -> None:
    await asks(stage)
    stage.phone("ana", available=True)
    for _ in range(2):
        await stage.settle()
        stage.agent.to("101").answers()
        await stage.settle(3)
        trunk_call(stage).refuses(480)
        await stage.settle(50)
        assert stage.queues.agent("ana").state == "available"
        await stage.settle(15)
    assert [one.attempt for one in stage.of(CallbackAttempted)] == [1, 2]
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.attempts) == ("failed", 2)
    stage.nothing_is_left()


async def test_who_calls_again_gets_the_place_back_and_is_not_called(stage: Stage, calling: Calling) -> None:
    await asks(stage)
    await stage.settle(60)
    await stage.call_in(SALES)
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.cause) == ("cancelled", "called_again")
    (place,) = stage.queues.queue("sales").callers
    assert place.kind == "call"
    assert place.wait_s > 60


async def test_whom_somebody_calls_by_hand_is_not_called_a_second_time(stage: Stage, calling: Calling) -> None:
    await asks(stage)
    await stage.call_from("102", CARMEN)
    await stage.settle(1)
    assert stage.of(CallbackEnded) == []
    trunk_call(stage).answers()
    await stage.settle(1)
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.cause, ended.login) == ("reached", "called_by_hand", "luis")
    assert stage.queues.queue("sales").callers == ()


async def test_the_caller_changes_the_number(stage: Stage, calling: Calling) -> None:
    await asks(stage, keys="2600555444#")
    assert stage.of(CallbackRequested)[0].number == CARMEN
    assert stage.of(CallbackChanged)[0].number == "+34600555444"
    assert [one.number for one in stage.house.callbacks.all()] == ["+34600555444"]


async def test_a_number_that_is_to_be_called_already_keeps_its_one_place(stage: Stage, calling: Calling) -> None:
    await asks(stage, JOHN)
    await asks(stage, keys="200442079460123#")
    (kept,) = stage.house.callbacks.all()
    assert (kept.number, kept.id) == (JOHN, stage.of(CallbackRequested)[0].callback_id)
    (ended,) = stage.of(CallbackEnded)
    assert (ended.number, ended.result, ended.cause) == (CARMEN, "cancelled", "asked_twice")


@pytest.mark.parametrize("typed", ["112", "101", "*43", "9", "807123456", "00881612345678"])
async def test_a_number_that_must_not_be_called_is_not_taken(stage: Stage, calling: Calling, typed: str) -> None:
    await asks(stage, keys=f"2{typed}#")
    await stage.settle(20)
    assert [one.number for one in stage.house.callbacks.all()] == [CARMEN]


async def test_a_withheld_number_is_asked_for(stage: Stage, calling: Calling) -> None:
    caller = await stage.call_in(SALES, number="anonymous")
    stage.press(caller, "1")
    await stage.settle(0.5)
    stage.press(caller, "600555444#")
    await stage.settle(8)
    assert [one.number for one in stage.house.callbacks.all()] == ["+34600555444"]


async def test_the_customer_first_then_waits_in_front(stage: Stage, calling: Calling) -> None:
    change_rules(stage, CallbackRules(first="customer"))
    await asks(stage)
    stage.phone("ana", available=True)
    await stage.settle()
    assert stage.agent.rung() == [CARMEN]
    customer = trunk_call(stage)
    customer.answers()
    await stage.settle(1)
    agent = stage.agent.to("101")
    agent.answers()
    await stage.settle(1)
    assert stage.hears(agent, customer)
    agent.hangs_up()
    await stage.settle()
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.login) == ("reached", "ana")
    stage.nothing_is_left()


async def test_what_is_kept_over_a_restart_is_called_by_the_next_exchange(stage: Stage, calling: Calling) -> None:
    await asks(stage)
    document = stage.house.callbacks.document()()
    await calling.stop()
    stage.house.callbacks.restore({"callbacks": [None, {"id": "x"}, {"id": 1, "bad": 2}]})
    for one in stage.house.callbacks.all():
        stage.house.callbacks.end(one, "cancelled", "api", 0.0)
    stage.house.callbacks.restore(document)
    again = Calling(stage.house)
    await asyncio.sleep(0)
    await stage.settle()
    assert [row.kind for row in stage.queues.queue("sales").callers] == ["callback"]
    await again.stop()


def only_supervisors_call_abroad(stage: Stage) -> None:
    guard = TollGuard(classes={"agent": ("national", "mobile")})
    stage.house.toll.configure(stage.company.model_copy(update={"toll": guard}))


async def test_who_had_the_number_called_pays_for_it_whoever_calls(stage: Stage, calling: Calling) -> None:
    only_supervisors_call_abroad(stage)
    with pytest.raises(BadRequestError):
        stage.commands.callback_add("sales", JOHN, "ana", None, None)
    stage.commands.callback_add("sales", JOHN, "sofia", None, None)
    stage.phone("ana", available=True)
    await stage.settle()
    agent = stage.agent.to("101")
    agent.rings()
    agent.answers()
    await stage.settle(3)
    trunk_call(stage, JOHN).answers()
    await stage.settle(3)
    assert [entry.result for entry in stage.of(CallbackAttempted)] == []
    assert stage.house.toll.spent("extension 110", stage.board.clock())[0] == 1
    assert stage.house.toll.spent("extension 101", stage.board.clock())[0] == 0


async def test_a_number_that_another_has_changed_is_his_to_pay_for(stage: Stage, calling: Calling) -> None:
    only_supervisors_call_abroad(stage)
    callback = stage.commands.callback_add("sales", "+34600999001", "sofia", None, None)
    with pytest.raises(BadRequestError):
        stage.commands.callback_change(callback["id"], "ana", None, JOHN, None)
    stage.commands.callback_change(callback["id"], "ana", None, "+34600999002", None)
    assert stage.house.callbacks.all()[0].requested_by == "ana"
    stage.commands.callback_change(callback["id"], "sofia", "support", None, None)
    assert stage.house.callbacks.all()[0].requested_by == "ana"


async def test_what_a_customer_asks_for_is_the_companys_even_where_the_agent_may_not_call(
    stage: Stage, calling: Calling
) -> None:
    only_supervisors_call_abroad(stage)
    await asks(stage, number=JOHN)
    stage.phone("ana", available=True)
    await stage.settle()
    agent = stage.agent.to("101")
    agent.rings()
    agent.answers()
    await stage.settle(3)
    trunk_call(stage, JOHN).answers()
    await stage.settle(3)
    assert stage.house.toll.spent("extension 101", stage.board.clock())[0] == 0


def test_a_number_is_found_in_its_queue_whatever_becomes_of_the_entries() -> None:
    book = CallbackBook()
    first, second = (Callback(name, "sales", JOHN, "es", "ana", 1.0, 1.0) for name in ("first", "second"))
    assert book.add(first) is first
    assert book.add(second) is first
    other = book.add(Callback("other", "support", JOHN, "es", "ana", 1.0, 1.0))
    other.queue = "sales"
    book.changed(other, "ana")
    assert book.find("sales", JOHN) is first
    assert book.find("support", JOHN) is None
    book.end(first, "cancelled", "api", 2.0)
    assert book.find("sales", JOHN) is other
    again = CallbackBook()
    again.restore(book.document()())
    found = again.find("sales", JOHN)
    assert found is not None
    assert found.id == "other"
    again.end(found, "cancelled", "api", 2.0)
    assert again.find("sales", JOHN) is None
