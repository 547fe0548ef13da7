"""The event stream: stamped, journalled, and shown to everybody who listens."""

from __future__ import annotations

from typing import Any

from pbx.events import CallHeld, Event, RoomSpeakers
from pbx.stream import EventStream


class Kept:
    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []

    def append(self, document: dict[str, Any]) -> None:
        self.documents.append(document)


def stream(journal: Kept) -> EventStream:
    ids = iter(f"id-{number}" for number in range(9))
    return EventStream(journal, clock=lambda: 1.5, ids=lambda: next(ids))


def test_an_event_is_stamped_and_is_the_same_everywhere() -> None:
    journal, heard = Kept(), list[Event]()
    events = stream(journal)
    events.subscribe(heard.append)
    emitted = events.emit(CallHeld("ana"), "call-1")
    assert (emitted.id, emitted.at, emitted.call_id) == ("id-0", 1.5, "call-1")
    assert heard == [emitted]
    assert journal.documents == [emitted.to_document()]
    assert Event.from_document(journal.documents[0]) == emitted


def test_what_passes_is_shown_and_not_kept() -> None:
    journal, heard = Kept(), list[Event]()
    events = stream(journal)
    events.subscribe(heard.append)
    emitted = events.emit(RoomSpeakers("700", [{"call_id": "c", "number": "101", "name": "Ana", "login": "ana"}]))
    assert heard == [emitted]
    assert journal.documents == []
    assert Event.from_document(emitted.to_document()) == emitted


def test_an_id_and_a_time_given_by_somebody_else_are_kept() -> None:
    emitted = stream(Kept()).emit(CallHeld(None), "call-1", id="theirs", at=7.25)
    assert (emitted.id, emitted.at) == ("theirs", 7.25)


def test_one_subscribers_fault_deprives_nobody() -> None:
    journal, heard = Kept(), list[Event]()
    events = stream(journal)

    def broken(_: Event) -> None:
        raise ZeroDivisionError

    events.subscribe(broken)
    events.subscribe(heard.append)
    events.emit(CallHeld(None))
    assert len(heard) == len(journal.documents) == 1


def test_who_has_unsubscribed_hears_no_more_even_in_the_middle() -> None:
    events, heard = stream(Kept()), list[str]()
    leave = events.subscribe(lambda event: (heard.append(event.id), leave())[0])
    events.subscribe(lambda event: heard.append(f"other {event.id}"))
    events.emit(CallHeld(None))
    events.emit(CallHeld(None))
    leave()
    assert heard == ["id-0", "other id-0", "other id-1"]
