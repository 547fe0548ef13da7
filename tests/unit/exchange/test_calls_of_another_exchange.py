"""Calls that an earlier exchange has left: a description with a fault in it leaves no telephone in a dead call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from pbx.calls import handover
from pbx.calls.call import Call
from pbx.calls.errors import HandoverError
from pbx.calls.handover import take_over
from pbx.calls.ledger import Departure, Ledger
from pbx.calls.leg import Leg
from pbx.calls.party import Party
from pbx.calls.sound import Sound
from pbx.net.errors import HandoverError as DialogError
from pbx.net.session import SessionState
from tests.unit.calls.peers import Session, invite_from
from tests.unit.exchange.stage import CARMEN, Stage

Fault = Callable[[dict[str, Any]], object]


@pytest.fixture
def telephones(monkeypatch: pytest.MonkeyPatch) -> dict[str, Session]:
    """The telephones by the name that stands in for their dialog; sound is always found again."""
    made: dict[str, Session] = {}

    def resume(agent: Any, told: Any) -> Session:
        if not isinstance(told, str):
            raise DialogError("not a dialog")
        made[told] = session = invite_from(told, "101")
        session.state = SessionState.CONFIRMED
        return session

    monkeypatch.setattr(handover, "resume_dialog", resume)
    monkeypatch.setattr(Sound, "resume", lambda self, told: told["is_there"])
    return made


def a_call(stage: Stage) -> dict[str, Any]:
    """Carmen talks with Ana, who has a colleague on another line."""
    parties = {
        "carmen": Party(CARMEN, "Carmen", trunk="carrier"),
        "ana": Party("101", "Ana", login="ana", extension="101"),
        "luis": Party("102", "Luis", login="luis", extension="102"),
    }
    ledger = Ledger("inbound", parties["carmen"], "101", "carrier", stage.board.clock())
    return {
        "id": "call-1",
        "language": "es",
        "hops": 70,
        "ledger": asdict(ledger),
        "legs": [
            {"id": name, "party": asdict(party), "networks": [], "session": name, "sound": {"is_there": True}}
            for name, party in parties.items()
        ],
        "sides": {"caller": "carmen", "callee": "ana"},
        "held": {},
        "recording": None,
    }


async def after(call: Call, outcome: object) -> Departure:
    return Departure("caller", "hung_up")


def seated(leg: Leg) -> None:
    """Nobody counts them here."""


async def test_two_who_talk_go_on_and_whoever_was_beside_them_is_hung_up_on(
    stage: Stage, telephones: dict[str, Session]
) -> None:
    call = take_over(stage.board, a_call(stage), after, seated)
    assert call is not None
    await stage.settle()
    assert telephones["luis"].said == ["BYE"]
    assert [telephones[name].said for name in ("carmen", "ana")] == [[], []]
    assert stage.board.calls == {"call-1": call}
    call.leave("system", "hung_up_by_command")
    await stage.settle()
    assert [telephones[name].said for name in ("carmen", "ana")] == [["BYE"], ["BYE"]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.pop("ledger"),
        lambda told: told["ledger"].update(colour="blue"),
        lambda told: told.pop("hops"),
        lambda told: told.update(sides=["carmen", "ana"]),
        lambda told: told.update(sides={"caller": "carmen", "left": "ana"}),
    ],
    ids=["no ledger", "an odd ledger", "no hops", "odd sides", "an unknown side"],
)
async def test_a_fault_in_the_call_hangs_up_on_everybody_in_it(
    stage: Stage, telephones: dict[str, Session], spoil: Fault
) -> None:
    told = a_call(stage)
    spoil(told)
    with pytest.raises(HandoverError):
        take_over(stage.board, told, after, seated)
    await stage.settle()
    assert [telephones[name].said for name in ("carmen", "ana", "luis")] == [["BYE"]] * 3
    assert stage.board.calls == {}


async def test_a_fault_in_one_who_talks_hangs_up_on_the_others(stage: Stage, telephones: dict[str, Session]) -> None:
    told = a_call(stage)
    told["legs"][0]["session"] = None
    assert take_over(stage.board, told, after, seated) is None
    await stage.settle()
    assert {name: session.said for name, session in telephones.items()} == {"ana": ["BYE"], "luis": ["BYE"]}


async def test_a_fault_in_one_beside_costs_the_two_who_talk_nothing(
    stage: Stage, telephones: dict[str, Session]
) -> None:
    told = a_call(stage)
    told["legs"][2]["party"] = {"shoe_size": 42}
    call = take_over(stage.board, told, after, seated)
    assert call is not None
    await stage.settle()
    assert [telephones[name].said for name in ("carmen", "ana")] == [[], []]


async def test_what_the_two_were_doing_may_be_unreadable_and_they_are_hung_up_on(
    stage: Stage, telephones: dict[str, Session]
) -> None:
    told = a_call(stage)
    told["held"] = ["nonsense"]
    take_over(stage.board, told, after, seated)
    await stage.settle()
    assert [telephones[name].said for name in ("carmen", "ana")] == [["BYE"], ["BYE"]]
    assert stage.board.calls == {}
