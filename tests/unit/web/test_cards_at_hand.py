"""Pop-ups are read when a call comes, and given up when what they show may have changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.web.conftest import House

CARMEN = "+34600111222"


async def came(house: House, number: str = CARMEN) -> None:
    await house.exchange.ask("identify", number=number, dialled="+34910000002")


async def pop(house: House, number: str = CARMEN) -> dict[str, Any]:
    answer = await house.exchange.ask(
        "screen_pop", call_id="call", logins=["ana"], number=number, dialled="+34910000002", queue="sales"
    )
    return dict(answer["card"])


@pytest.fixture
def questions(house: House, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each session on the database from now on."""
    asked: list[int] = []
    session = house.office.database.session

    def counted() -> Any:
        asked.append(1)
        return session()

    monkeypatch.setattr(house.office.database, "session", counted)
    return asked


async def test_an_offer_of_who_called_before_asks_no_database(house: House, questions: list[int]) -> None:
    await came(house)
    assert (await pop(house))["contact"]["name"] == "Carmen Ruiz"
    before = len(questions)
    for _ in range(3):
        assert (await pop(house))["company"]["name"] == "Librería Sol"
    assert len(questions) == before


async def test_a_changed_customer_shows_at_the_next_offer(house: House) -> None:
    await came(house)
    contact = (await pop(house))["contact"]
    changed = await house.ask("admin", "PATCH", f"/contacts/{contact['id']}", json={"name": "Carmen Ruiz Gil"})
    assert changed.status == 200
    assert (await pop(house))["contact"]["name"] == "Carmen Ruiz Gil"


@pytest.mark.parametrize(
    "document",
    [
        {"type": "lead.created", "number": CARMEN},
        {"type": "call.ended", "call_id": "call", "caller_number": CARMEN, "dialled": "+34910000002"},
        {"type": "call.ended", "call_id": "call", "caller_number": "+34910000001", "dialled": CARMEN},
    ],
)
async def test_what_becomes_of_a_call_has_the_card_read_again(house: House, document: dict[str, Any]) -> None:
    await came(house)
    await pop(house)
    assert len(house.office.cards) == 1
    house.office.cards.hear({"call_id": "call", **document})
    assert len(house.office.cards) == 0
    assert (await pop(house))["contact"]["name"] == "Carmen Ruiz"
    house.office.cards.hear({"type": "activity.logged", "call_id": "call"})
    assert len(house.office.cards) == (1 if document["type"] == "lead.created" else 0)


async def test_the_cards_at_hand_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.cards_at_hand.MOST", 3)
    for index in range(6):
        await came(house, f"+3460000000{index}")
    await asyncio.sleep(0)
    assert len(house.office.cards) == 3
