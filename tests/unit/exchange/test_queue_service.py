"""What a queue knows of its callers: who served them, whose they are, who is dear; and where it sends them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.company import Company, Destination
from config.hours import OpeningHours
from config.queueing import AgentRules, QueueMessage
from pbx.events import AgentStateChanged, MenuEntered, QueueJoined, QueueLeft
from pbx.exchange.opening import Opening
from pbx.media.messages import MediaTimedOut
from pbx.ports import Identity
from tests.unit.exchange.stage import CARMEN, SALES, Stage

SUPPORT = Destination(kind="queue", target="support")


def change(stage: Stage, name: str = "sales", agents: AgentRules | None = None, **settings: Any) -> None:
    """The queue with these settings, for everybody."""
    snapshot = stage.house.snapshot()
    queue = snapshot.queues[name].model_copy(update=settings)
    snapshot.queues[name] = queue  # type: ignore[index]
    company: Company = snapshot.company.model_copy(
        update={
            "queues": tuple(snapshot.queues.values()),
            "agents": agents or snapshot.company.agents,
        }
    )
    object.__setattr__(snapshot, "company", company)
    stage.queues.configure(company)


async def served_by(stage: Stage, login: str, extension: str) -> None:
    stage.phone(login, available=True)
    caller = await stage.call_in(SALES)
    agent = await stage.talk(caller, extension)
    agent.hangs_up()
    await stage.settle(6)


async def test_the_agent_who_served_a_caller_last_is_waited_for(stage: Stage) -> None:
    change(stage, sticky_s=10, whisper=False)
    await served_by(stage, "luis", "102")
    stage.phone("ana")
    busy = await stage.call_in(SALES, number="+34600999888")
    await stage.talk(busy, "102")
    stage.queues.set_agent("ana", "available")
    await stage.call_in(SALES)
    await stage.settle(9)
    assert "101" not in stage.agent.rung()
    await stage.settle(2)
    assert stage.agent.rung()[-1] == "101"


async def test_the_contacts_responsible_is_waited_for_when_nobody_has_served_the_caller(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def identify(number: str | None, dialled: str) -> Identity:
        return Identity("1", "Carmen Ruiz", responsible="luis")

    monkeypatch.setattr(stage.office, "identify", identify)
    change(stage, sticky_s=10)
    stage.phone("ana", available=True)
    stage.phone("luis", available=True)
    await stage.call_in(SALES)
    assert stage.agent.rung() == ["102"]


@pytest.mark.parametrize("chosen", [None, "offline"])
async def test_whose_telephone_says_nothing_gets_no_more_callers(stage: Stage, chosen: str | None) -> None:
    stage.phone("ana", available=True)
    caller = await stage.call_in(SALES)
    agent = await stage.talk(caller, "101")
    if chosen is not None:
        stage.queues.set_agent("ana", chosen)
    stage.board.on_media(MediaTimedOut(stage.leg_of(agent), 30.0))
    await stage.settle(10)
    status = stage.queues.agent("ana")
    assert (status.state, status.reason) == (("break", "no_sound") if chosen is None else ("offline", None))
    assert caller.is_over


async def test_a_caller_who_says_nothing_is_no_fault_of_the_agent(stage: Stage) -> None:
    stage.phone("ana", available=True)
    caller = await stage.call_in(SALES)
    await stage.talk(caller, "101")
    stage.board.on_media(MediaTimedOut(stage.leg_of(caller), 30.0))
    await stage.settle(10)
    assert stage.queues.agent("ana").state == "available"


async def test_a_dear_customer_goes_first_and_hears_the_own_language(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def identify(number: str | None, dialled: str) -> Identity | None:
        return Identity("1", "John", language="en", vip=True) if number == CARMEN else None

    monkeypatch.setattr(stage.office, "identify", identify)
    await stage.call_in(SALES, number="+34600999888")
    await stage.settle(30)
    await stage.call_in(SALES)
    (_, dear) = stage.board.calls.values()
    assert dear.language == "en"
    assert stage.queues.position(dear.id) == 1


async def test_the_waited_time_counts_in_the_next_queue_and_nobody_is_sent_round_and_round(stage: Stage) -> None:
    change(stage, max_wait_s=30, overflow=SUPPORT, overflow_when={"no_agents": SUPPORT})
    change(stage, "support", overflow_when={"no_agents": Destination(kind="queue", target="sales")})
    await stage.call_in(SALES)
    await stage.settle(1)
    assert [joined.queue for joined in stage.of(QueueJoined)] == ["sales", "support", "sales"]
    (call,) = stage.board.calls.values()
    await stage.settle(20)
    assert stage.queues.wait_s(call.id) == pytest.approx(21, abs=0.5)
    assert stage.queues.queue("sales").waiting == 1


async def test_messages_are_said_over_the_music_in_their_time(stage: Stage) -> None:
    change(
        stage,
        announce_position_s=0,
        messages=(
            QueueMessage(after_s=5, texts={"es": "Gracias"}),
            QueueMessage(after_s=8, every_s=10, texts={"es": "Aún"}),
        ),
    )
    caller = await stage.call_in(SALES)
    said: list[float] = []
    prompts, clips = stage.house.prompts, stage.house.prompts.clips

    def noted(name: str, language: str, **values: str | int) -> Any:
        if name == "text":
            said.append(round(asyncio.get_running_loop().time() - began))
        return clips(name, language, **values)

    began = asyncio.get_running_loop().time()
    prompts.clips = noted  # type: ignore[method-assign]
    await stage.settle(30)
    assert said == [5, 8, 18, 28]
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"


async def test_changed_messages_and_music_are_heard_by_who_waits_already(stage: Stage) -> None:
    told = QueueMessage(after_s=5, texts={"es": "Gracias"})
    change(stage, announce_position_s=0, messages=(told,))
    caller = await stage.call_in(SALES)
    said: list[tuple[str | int, float]] = []
    prompts, clips = stage.house.prompts, stage.house.prompts.clips

    def noted(name: str, language: str, **values: str | int) -> Any:
        if name == "text":
            said.append((values["text"], round(asyncio.get_running_loop().time() - began)))
        return clips(name, language, **values)

    began = asyncio.get_running_loop().time()
    prompts.clips = noted  # type: ignore[method-assign]
    await stage.settle(10)
    late = QueueMessage(after_s=3, every_s=10, texts={"es": "Ya casi"})
    later = QueueMessage(after_s=15, texts={"es": "Aún"})
    change(stage, messages=(told, late, later))
    await stage.settle(14)
    assert said == [("Gracias", 5), ("Ya casi", 10), ("Aún", 15), ("Ya casi", 20)]
    change(stage, messages=())
    await stage.settle(20)
    assert len(said) == 4
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"


async def test_a_telephone_that_answers_by_itself_is_asked_to_and_beeps(stage: Stage) -> None:
    snapshot = stage.house.snapshot()
    snapshot.people["ana"] = snapshot.people["ana"].model_copy(update={"auto_answer": True})  # type: ignore[index]
    stage.phone("ana", available=True)
    stage.phone("luis")
    await stage.call_in(SALES)
    ana = stage.agent.to("101")
    assert "answer-after=0" in str(ana.request.headers)
    assert "urn:alert:service:auto-answer" in str(ana.request.headers)
    ana.answers()
    await stage.settle()
    assert [clip.tone for clip in stage.plane.playing[stage.leg_of(ana)]] == ["beep"]


async def test_outside_hours_and_by_the_night_switch(stage: Stage) -> None:
    always = OpeningHours(weekly={"mon-sun": ("00:00-24:00",)}, switch="night")
    change(stage, hours=always, overflow_when={"outside_hours": SUPPORT})
    opening = Opening(stage.house)
    opening.start()
    await stage.call_in(SALES, number="+34600999888")
    stage.house.switches.turn("night", True)
    await stage.call_in(SALES)
    opening.stop()
    assert [left.cause for left in stage.of(QueueLeft)] == ["overflow"]
    assert stage.queues.queue("support").waiting == 1


async def test_a_queue_opens_on_the_minute(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    began = asyncio.get_running_loop().time()
    half_a_second_before_nine = datetime(2026, 3, 2, 8, 59, 59, 500_000, ZoneInfo("Europe/Madrid")).timestamp()
    clock = stage.board.clock
    monkeypatch.setattr(stage.board, "clock", lambda: half_a_second_before_nine + clock() - began)
    change(stage, hours=OpeningHours(weekly={"mon-fri": ("09:00-14:00",)}))
    opening = Opening(stage.house)
    opening.start()
    assert not stage.queues.is_open("sales")
    await stage.settle(0.6)
    assert stage.queues.is_open("sales")
    change(stage, hours=OpeningHours(weekly={"mon-fri": ("09:00-14:00",)}, dates={"2026-03-02": ()}))
    opening.look()
    assert not stage.queues.is_open("sales"), "closed on this day, whatever the week says"
    opening.stop()


async def test_a_message_for_who_cannot_be_served(stage: Stage) -> None:
    change(stage, overflow_when={"no_agents": Destination(kind="message", target="Estamos de vacaciones.")})
    caller = await stage.call_in(SALES)
    await stage.settle(1)
    assert caller.is_over
    assert (stage.ended.result, stage.ended.reason) == ("missed", "message_played")
    stage.nothing_is_left()


async def test_a_survey_follows_when_the_agent_hangs_up_first(stage: Stage) -> None:
    change(stage, survey="survey")
    stage.phone("ana", available=True)
    caller = await stage.call_in(SALES)
    agent = await stage.talk(caller, "101")
    agent.hangs_up()
    await stage.settle(1)
    assert [entered.menu for entered in stage.of(MenuEntered)] == ["survey"]
    assert not caller.is_over
    caller.hangs_up()
    await stage.settle()
    assert (stage.ended.result, stage.ended.login, stage.ended.queue) == ("answered", "ana", "sales")


@pytest.mark.parametrize(("counted", "state"), [(("outbound",), "talking"), (("inbound", "internal"), "available")])
async def test_which_calls_make_an_agent_busy_is_a_setting(stage: Stage, counted: Any, state: str) -> None:
    change(stage, agents=AgentRules(busy_in=counted))
    stage.queues.direction_of = lambda call_id: stage.board.calls[call_id].direction
    stage.phone("ana", available=True)
    await stage.call_from("101", "0600111222")
    await stage.settle(1)
    assert stage.queues.agent("ana").state == state


async def test_misses_in_a_row_are_a_break_that_says_so(stage: Stage) -> None:
    change(stage, agents=AgentRules(misses_before_break=2))
    stage.phone("ana", available=True)
    await stage.call_in(SALES)
    stage.agent.to("101").rings()
    await stage.settle(45)
    last = stage.of(AgentStateChanged)[-1]
    assert (last.login, last.state, last.cause, last.reason) == ("ana", "break", "missed_calls", "no_answer")
