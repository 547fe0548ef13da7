"""The call log over the API: whose calls one sees, filters, pages."""

from __future__ import annotations

import pytest

from pbx.events import CallRinging
from pbx.events.calls import CallSupervised
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started
from web.api.resources.calls import Calls


async def two_calls(house: House) -> None:
    await house.happen(
        event(started(CARMEN), "call-ana", NOW),
        event(answered("ana"), "call-ana", NOW + 5),
        event(ended(CARMEN, login="ana"), "call-ana", NOW + 35),
        event(started("+34655000111"), "call-luis", NOW + 1),
        event(CallRinging("luis", "102"), "call-luis", NOW + 2),
    )


async def test_a_call_document_is_complete(house: House) -> None:
    await two_calls(house)
    call = await house.get("sofia", "/calls/call-ana")
    contact = (await house.get("ana", f"/lookup?number={CARMEN.replace('+', '%2B')}"))["contact"]["id"]
    lead = (await house.get("ana", "/leads"))["items"][-1]
    assert call == {
        "id": "call-ana",
        "direction": "inbound",
        "caller": {"number": CARMEN, "name": "Carmen Ruiz", "contact_id": contact, "lead_id": lead["id"]},
        "called": None,
        "dialled": "+34910000001",
        "queue": None,
        "agent": "ana",
        "trunk": "carrier",
        "started_at": "2027-01-15T08:00:00.000Z",
        "answered_at": "2027-01-15T08:00:05.000Z",
        "ended_at": "2027-01-15T08:00:35.000Z",
        "wait_s": 5.0,
        "talk_s": 30.0,
        "result": "answered",
        "reason": "normal",
        "ended_by": "caller",
        "transfers": 0,
        "rating": None,
        "recording_id": None,
        "campaign": None,
    }


async def test_an_outgoing_call_names_whom_it_was_made_to(house: House) -> None:
    await house.happen(event(started("101", CARMEN, "outbound", "ana"), "call", NOW))
    call = await house.get("ana", "/calls/call")
    assert call["called"] == {"name": "Carmen Ruiz", "company": "Librería Sol"}
    assert (await house.get("ana", "/calls"))["items"] == [call]
    await house.happen(event(started("101", "+34699999999", "outbound", "ana"), "stranger", NOW))
    assert (await house.get("ana", "/calls/stranger"))["called"] is None


async def test_an_agent_sees_own_calls_only(house: House) -> None:
    await two_calls(house)
    own = await house.get("ana", "/calls")
    assert [call["id"] for call in own["items"]] == ["call-ana"]
    everything = await house.get("sofia", "/calls")
    Calls.model_validate(everything)
    assert everything["items"][1] == await house.get("sofia", "/calls/call-ana")
    assert [call["id"] for call in everything["items"]] == ["call-luis", "call-ana"]
    for path in ("/calls/call-luis", "/calls/call-luis/events", "/calls/call-luis/notes"):
        assert (await house.ask("ana", "GET", path)).status == 404


async def test_pages_follow_each_other_without_gap_or_repetition(house: House) -> None:
    for number in range(7):
        await house.happen(event(started(CARMEN), f"call-{number}", NOW + number // 2))
    seen: list[str] = []
    cursor = ""
    while True:
        page = await house.get("sofia", f"/calls?limit=3{cursor}")
        seen += [call["id"] for call in page["items"]]
        if page["next_cursor"] is None:
            break
        await house.happen(event(started(CARMEN), f"late-{len(seen)}", NOW + 100))
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [f"call-{number}" for number in (6, 5, 4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("started_at", ["call-0", "call-1", "call-2"]),
        ("-talk_s", ["call-1", "call-2", "call-0"]),
        ("talk_s", ["call-0", "call-2", "call-1"]),
        ("-wait_s", ["call-2", "call-0", "call-1"]),
    ],
)
async def test_an_order_of_ones_own_choice_goes_on_over_the_pages(house: House, sort: str, expected: list[str]) -> None:
    for number, (waited, talked) in enumerate([(5.0, 10.0), (2.0, 60.0), (9.0, 20.0)]):
        begun = NOW + 100 * number
        await house.happen(
            event(started(CARMEN), f"call-{number}", begun),
            event(answered("ana"), f"call-{number}", begun + waited),
            event(ended(CARMEN, login="ana", wait_s=waited, talk_s=talked), f"call-{number}", begun + waited + talked),
        )
    for login in ("ana", "sofia"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await house.get(login, f"/calls?sort={sort}&limit=1{cursor and '&cursor=' + cursor}")
            seen += [call["id"] for call in page["items"]]
            cursor = page["next_cursor"]
        assert seen == expected
    assert (await house.ask("ana", "GET", "/calls?sort=reason")).status == 422


async def test_filters(house: House) -> None:
    await two_calls(house)
    for query, expected in (
        ("live=true", ["call-luis"]),
        ("live=false", ["call-ana"]),
        ("agent=ana", ["call-ana"]),
        ("result=answered", ["call-ana"]),
        ("number=+34600111222", ["call-ana"]),
        ("number=600111222", ["call-ana"]),
        ("from=2027-01-15T08:00:01Z", ["call-luis"]),
        ("to=2027-01-15T08:00:01Z", ["call-ana"]),
    ):
        page = await house.get("sofia", f"/calls?{query}")
        assert [call["id"] for call in page["items"]] == expected, query


async def test_the_events_of_a_call_newest_first_by_pages(house: House) -> None:
    await two_calls(house)
    first = await house.get("ana", "/calls/call-ana/events?limit=2")
    second = await house.get("ana", f"/calls/call-ana/events?limit=10&cursor={first['next_cursor']}")
    types = [one["type"] for one in first["items"] + second["items"]]
    assert types[-1] == "call.started"
    assert set(types) == {"call.started", "call.answered", "call.ended", "lead.created", "activity.logged"}
    assert second["next_cursor"] is None


async def test_who_is_listened_to_does_not_read_it_in_the_call(house: House) -> None:
    await two_calls(house)
    await house.happen(event(CallSupervised("sofia", "listen"), "call-ana", NOW + 10))
    for login, told in (("ana", False), ("sofia", True)):
        events = (await house.get(login, "/calls/call-ana/events"))["items"]
        assert ("call.supervised" in {one["type"] for one in events}) is told


async def test_a_cursor_of_elsewhere_is_refused(house: House) -> None:
    for cursor in ("x", "WzFd", "bm90aGluZw", "W10"):
        response = await house.ask("sofia", "GET", f"/calls?cursor={cursor}")
        assert (response.status, response.content_type) == (400, "application/problem+json"), cursor


async def test_notes_are_kept_with_their_author(house: House) -> None:
    await two_calls(house)
    response = await house.ask("ana", "POST", "/calls/call-ana/notes", json={"text": "Wants beans"})
    assert response.status == 201
    (note,) = (await house.get("ana", "/calls/call-ana/notes"))["items"]
    assert (note["text"], note["author"], note["call_id"]) == ("Wants beans", "ana", "call-ana")
