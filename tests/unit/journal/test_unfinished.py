"""Calls that an exchange did not live to end."""

from __future__ import annotations

import os
from pathlib import Path

from pbx.events import (
    Body,
    CallAnswered,
    CallEnded,
    CallIdentified,
    CallRated,
    CallStarted,
    CallTransferred,
    Event,
    QueueJoined,
    RecordingStarted,
    VoicemailRecorded,
)
from pbx.journal.format import MAGIC, encode, segment_path
from pbx.journal.unfinished import REASON, unfinished_calls
from pbx.journal.writer import Journal

STARTED = CallStarted("inbound", "+34600111222", None, "+34910000001", "carrier")


def write(folder: Path, segment: int, *events: tuple[float, str, Body]) -> None:
    frames = [
        encode(Event(f"{segment}-{number}", at, call, body).to_document())
        for number, (at, call, body) in enumerate(events)
    ]
    segment_path(folder, segment).write_bytes(MAGIC + b"".join(frames))


def over(call: str) -> CallEnded:
    return CallEnded("answered", "", "caller", "inbound", call, None, "1", None, None, None, 0.0, None, 0.0, 0.0, 0)


def test_a_call_in_a_conversation_was_answered_until_the_last_event(tmp_path: Path) -> None:
    write(
        tmp_path,
        1,
        (100.0, "a", STARTED),
        (101.0, "a", CallIdentified("c1", "Carmen Ruiz")),
        (110.0, "a", QueueJoined("sales", 1)),
        (115.0, "a", CallAnswered("person", "ana", "101", "sales", 5.0)),
        (115.0, "a", RecordingStarted("r1", "r1.s16")),
        (130.0, "a", CallTransferred("ana", "luis", "blind")),
        (131.0, "a", CallAnswered("person", "luis", "102")),
        (140.0, "other", STARTED),
        (141.0, "other", over("other")),
    )
    (call,) = unfinished_calls(tmp_path, before=2)
    assert (call.call_id, call.at) == ("a", 141.0)
    ended = call.ended
    assert (ended.result, ended.reason, ended.ended_by) == ("answered", REASON, "system")
    assert (ended.started_at, ended.answered_at, ended.wait_s, ended.talk_s) == (100.0, 115.0, 5.0, 26.0)
    assert (ended.caller_name, ended.queue, ended.login) == ("Carmen Ruiz", "sales", "luis")
    assert (ended.transfers, ended.recording_id, ended.trunk) == (1, "r1", "carrier")


def test_what_became_of_the_others(tmp_path: Path) -> None:
    write(
        tmp_path,
        1,
        (1.0, "waiting", STARTED),
        (2.0, "waiting", QueueJoined("sales", 1)),
        (3.0, "message", STARTED),
        (4.0, "message", CallAnswered("voicemail", None, "100")),
        (5.0, "message", VoicemailRecorded("v1", "100", None, "v1.s16", 3.0)),
        (6.0, "greeting", STARTED),
        (7.0, "greeting", CallAnswered("voicemail", None, "100")),
    )
    found = {call.call_id: call.ended for call in unfinished_calls(tmp_path, before=2)}
    assert {call: ended.result for call, ended in found.items()} == {
        "waiting": "failed",
        "message": "voicemail",
        "greeting": "missed",
    }
    assert (found["waiting"].wait_s, found["waiting"].queue) == (5.0, "sales")


def test_sound_recorded_after_the_last_event_was_still_talked(tmp_path: Path) -> None:
    spool = tmp_path / "r1.s16"
    spool.write_bytes(bytes(320))
    os.utime(spool, (160.0, 160.0))
    write(
        tmp_path,
        1,
        (100.0, "a", STARTED),
        (101.0, "a", CallAnswered("person", "ana", "101")),
        (101.0, "a", RecordingStarted("r1", str(spool))),
        (101.5, "b", STARTED),
        (101.5, "b", RecordingStarted("r2", str(tmp_path / "gone.s16"))),
    )
    found = {call.call_id: call for call in unfinished_calls(tmp_path, before=2)}
    assert (found["a"].at, found["a"].ended.talk_s) == (160.0, 59.0)
    assert found["b"].at == 101.5


def test_calls_of_this_exchange_and_calls_over_in_a_later_segment_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, 1, (1.0, "over", STARTED), (1.0, "open", STARTED))
    write(tmp_path, 2, (2.0, "over", over("over")))
    write(tmp_path, 3, (3.0, "mine", STARTED))
    assert [call.call_id for call in unfinished_calls(tmp_path, before=3)] == ["open"]


async def test_the_next_journal_knows_where_it_begins(tmp_path: Path) -> None:
    assert unfinished_calls(tmp_path, before=1) == []
    first = Journal(tmp_path)
    await first.start()
    first.append(Event("1", 1.0, "a", STARTED).to_document())
    await first.close()
    second = Journal(tmp_path)
    await second.start()
    second.append(Event("2", 2.0, "b", STARTED).to_document())
    await second.close()
    assert [call.call_id for call in unfinished_calls(tmp_path, second.first_segment)] == ["a"]


def test_a_rated_call_was_answered_and_the_first_recording_is_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        1,
        (100.0, "rated", STARTED),
        (105.0, "rated", CallRated(4)),
        (110.0, "parked", STARTED),
        (111.0, "parked", CallAnswered("person", "ana", "101")),
        (111.0, "parked", RecordingStarted("r1", "r1.s16")),
        (120.0, "parked", RecordingStarted("r2", "r2.s16")),
    )
    ended = {call.call_id: call.ended for call in unfinished_calls(tmp_path, before=2)}
    assert (ended["rated"].result, ended["rated"].answered_at, ended["rated"].rating) == ("answered", None, 4)
    assert ended["parked"].recording_id == "r1"
