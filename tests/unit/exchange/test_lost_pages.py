"""A browser whose page goes while it calls: the next page goes on, or who is rung rings no more."""

from __future__ import annotations

from pbx.exchange.lost_pages import TAKEN_UP_WITHIN_S, page_lost
from pbx.net.hop import Hop
from pbx.sip.replaces import Replaces
from tests.unit.calls.peers import Session, invite_from, sdp
from tests.unit.exchange.stage import Stage

OLD, NEW = Hop("wss", ("192.0.2.9", 4001), connection=7), Hop("wss", ("192.0.2.9", 4002), connection=8)


async def calling(stage: Stage) -> tuple[Session, Session]:
    """Ana's page calls Luis, who rings."""
    stage.phone("luis")
    page = await stage.deliver(invite_from("101", "102", source=OLD))
    luis = stage.agent.to("102")
    luis.rings()
    await stage.settle()
    return page, luis


async def taken_up(stage: Stage, page: Session, extension: str = "101") -> Session:
    """The page that was loaded anew sends INVITE with Replaces."""
    anew = invite_from(extension, "102", source=NEW)
    anew.replaces = Replaces(page.call_id, "ours", "theirs", False)
    stage.agent.by_replaces[page.call_id] = page
    return await stage.deliver(anew)


async def test_the_page_loaded_anew_goes_on_calling_and_is_answered(stage: Stage) -> None:
    page, luis = await calling(stage)
    page_lost(stage.board, OLD.connection)
    anew = await taken_up(stage, page)
    assert (page.status, anew.rung, anew.status) == (487, [180], None)
    await stage.settle(TAKEN_UP_WITHIN_S + 1)
    luis.answers()
    await stage.settle()
    assert anew.said == ["200"]
    assert stage.hears(anew, luis)
    anew.hangs_up()
    await stage.settle()
    assert stage.ended.result == "answered"
    stage.nothing_is_left()


async def test_what_was_heard_before_the_answer_is_heard_in_the_new_page(stage: Stage) -> None:
    page = await stage.deliver(invite_from("101", "0600111222", source=OLD))
    carrier = stage.agent.sent[-1]
    carrier.rings(183, sdp())
    await stage.settle()
    assert page.early
    anew = await taken_up(stage, page)
    assert (anew.rung, len(anew.early)) == ([183], 1)
    anew.hangs_up()
    await stage.settle()
    assert carrier.said == ["CANCEL"]
    stage.nothing_is_left()


async def test_nobody_goes_on_ringing_for_a_page_that_does_not_come_back(stage: Stage) -> None:
    _, luis = await calling(stage)
    page_lost(stage.board, OLD.connection)
    await stage.settle(TAKEN_UP_WITHIN_S - 1)
    assert luis.said == []
    await stage.settle(2)
    assert luis.said == ["CANCEL"]
    assert (stage.ended.reason, stage.ended.ended_by) == ("connection_lost", "system")
    stage.nothing_is_left()


async def test_a_call_answered_meanwhile_is_left_to_its_silence(stage: Stage) -> None:
    page, luis = await calling(stage)
    page_lost(stage.board, OLD.connection)
    luis.answers()
    await stage.settle(TAKEN_UP_WITHIN_S + 1)
    assert page.said == ["200"]
    assert luis.said == []


async def test_a_desk_telephones_connection_says_nothing_of_its_call(stage: Stage) -> None:
    stage.phone("luis")
    await stage.deliver(invite_from("101", "102", source=Hop("tcp", ("192.0.2.9", 4001), connection=7)))
    page_lost(stage.board, 7)
    await stage.settle(TAKEN_UP_WITHIN_S + 1)
    assert stage.agent.to("102").said == []


async def test_nobody_else_takes_up_a_call_that_rings(stage: Stage) -> None:
    page, luis = await calling(stage)
    assert (await taken_up(stage, page, "103")).status == 481
    assert (page.status, luis.said) == (None, [])
