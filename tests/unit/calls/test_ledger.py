"""What CallEnded says, from the events of the call."""

from __future__ import annotations

import pytest

from pbx.calls.ledger import Departure, Ledger
from pbx.calls.party import Party
from pbx.events import (
    Body,
    CallAnswered,
    CallbackRequested,
    CallBlocked,
    CallRated,
    CallRinging,
    CallTransferred,
    MenuEntered,
    QueueJoined,
    RecordingStarted,
    VoicemailRecorded,
)

CALLER = Departure("caller", "hung_up")
SYSTEM = Departure("system", "completed")
RANG, RANG_FOR_QUEUE = CallRinging("ana", "101"), CallRinging("ana", "101", "sales")
MENU, QUEUE = MenuEntered("main", "es"), QueueJoined("sales", 1)
PERSON, VOICEMAIL = CallAnswered("person", "ana", "101"), CallAnswered("voicemail")
MESSAGE = VoicemailRecorded("1", "100", None, "x", 2.0)


def ledger(direction: str = "inbound") -> Ledger:
    return Ledger(direction, Party("+34600111222"), "+34910000001", "carrier", 100.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("events", "departure", "result"),
    [
        ([MENU], CALLER, "abandoned"),
        ([MENU, QUEUE], CALLER, "abandoned"),
        ([QUEUE, RANG_FOR_QUEUE], CALLER, "abandoned"),
        ([QUEUE, VOICEMAIL], CALLER, "abandoned"),
        ([QUEUE, VOICEMAIL, MESSAGE], CALLER, "voicemail"),
        ([RANG], CALLER, "missed"),
        ([MENU, RANG], CALLER, "missed"),
        ([RANG, VOICEMAIL], CALLER, "missed"),
        ([VOICEMAIL], CALLER, "missed"),
        ([RANG, VOICEMAIL, MESSAGE], CALLER, "voicemail"),
        ([MENU, QUEUE, PERSON], CALLER, "answered"),
        ([PERSON, VOICEMAIL, MESSAGE], CALLER, "answered"),
        ([CallAnswered("echo")], CALLER, "answered"),
        ([CallAnswered("messages", extension="101")], CALLER, "answered"),
        ([CallAnswered("room")], CALLER, "answered"),
        ([QUEUE, CallbackRequested("1", "sales", "+34600111222")], SYSTEM, "callback"),
        ([CallBlocked("+34600111222", "reject")], SYSTEM, "blocked"),
        ([MENU], Departure("system", "completed", "answered"), "answered"),
        ([MENU], Departure("system", "error"), "failed"),
        ([MENU, CallRated(4)], CALLER, "answered"),
        ([MENU, CallRated(4)], Departure("system", "completed", "answered"), "answered"),
        ([], Departure("system", "not_found", "failed"), "failed"),
    ],
)
def test_results(events: list[Body], departure: Departure, result: str) -> None:
    book = ledger()
    for event in events:
        book.note(event, 101.0)
    assert book.conclude(departure, 110.0).result == result


def test_who_leaves_before_the_queue_or_the_menu_has_answered_has_abandoned_it() -> None:
    book = ledger()
    book.guide()
    assert book.conclude(CALLER, 100.1).result == "abandoned"


@pytest.mark.parametrize(("departure", "result"), [(CALLER, "cancelled"), (SYSTEM, "failed")])
def test_an_outgoing_call_that_nobody_took(departure: Departure, result: str) -> None:
    assert ledger("outbound").conclude(departure, 110.0).result == result


def test_the_wait_runs_from_the_queue_and_the_talk_from_the_first_answer() -> None:
    book = ledger()
    book.note(MENU, 101.0)
    book.note(QUEUE, 110.0)
    book.note(PERSON, 125.0)
    book.note(CallAnswered("person", "luis", "102"), 140.0)
    ended = book.conclude(CALLER, 160.0)
    assert (ended.wait_s, ended.talk_s, ended.answered_at) == (15.0, 35.0, 125.0)
    assert (ended.queue, ended.login) == ("sales", "luis")


def test_the_wait_runs_from_the_start_without_a_queue_and_to_the_end_without_an_answer() -> None:
    book = ledger()
    book.note(RANG, 101.0)
    ended = book.conclude(CALLER, 112.0)
    assert (ended.wait_s, ended.talk_s, ended.answered_at) == (12.0, 0.0, None)


def test_transfers_rating_and_recording_are_counted() -> None:
    book = ledger()
    for event in (PERSON, RecordingStarted("r1", "x"), CallTransferred("ana", "luis", "blind"), CallRated(4)):
        book.note(event, 101.0)
    ended = book.conclude(CALLER, 110.0)
    assert (ended.transfers, ended.rating, ended.recording_id) == (1, 4, "r1")


def test_a_menu_that_has_served_its_caller_is_no_answer() -> None:
    book = ledger()
    for event in (MENU, CallRated(4)):
        book.note(event, 103.0)
    ended = book.conclude(CALLER, 110.0)
    assert (ended.result, ended.answered_at, ended.talk_s, ended.wait_s) == ("answered", None, 0.0, 10.0)


def test_the_first_recording_is_the_calls() -> None:
    book = ledger()
    for event in (PERSON, RecordingStarted("r1", "x"), RecordingStarted("r2", "y")):
        book.note(event, 101.0)
    assert book.conclude(CALLER, 110.0).recording_id == "r1"


def test_who_dialled_stays_the_agent_of_an_outgoing_call() -> None:
    book = ledger("outbound")
    book.login = "ana"
    book.note(CallAnswered("person", "luis", "102"), 101.0)
    assert book.conclude(CALLER, 110.0).login == "ana"
