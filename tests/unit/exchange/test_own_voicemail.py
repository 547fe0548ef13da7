"""One's own box by telephone: what each key does."""

from __future__ import annotations

import time
import wave
from pathlib import Path

from pbx.exchange.greetings import LONGEST_GREETING_S
from pbx.ports import Message
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import CARMEN, Stage


def fill(stage: Stage, *numbers: str | None) -> None:
    stage.office.boxes["101"] = [
        Message(f"m{at}", number, 1_767_607_200.0, 5.0, is_read=False, path=f"m{at}.wav")
        for at, number in enumerate(numbers, 1)
    ]


def playing(stage: Stage, session: Session) -> list[str]:
    return [clip.path or clip.tone for clip in stage.plane.playing.get(stage.leg_of(session), ())]


async def ends(stage: Stage) -> None:
    """What plays comes to its end."""
    await stage.settle(0.101)


async def press(stage: Stage, session: Session, keys: str) -> None:
    for key in keys:
        stage.press(session, key)
        await stage.settle()


async def test_new_messages_are_counted_heard_and_marked(stage: Stage) -> None:
    fill(stage, CARMEN, None)
    phone = await stage.call_from("101", "*97")
    assert playing(stage, phone) == ["voicemail.new.wav"]
    await ends(stage)
    assert playing(stage, phone) == ["m1.wav"]
    await ends(stage)
    assert stage.office.done == [("101", "m1", "read", "")]


async def test_delete_keep_and_next(stage: Stage) -> None:
    fill(stage, CARMEN, None, CARMEN)
    phone = await stage.call_from("101", "*97")
    await ends(stage)
    await press(stage, phone, "3")
    assert playing(stage, phone) == ["voicemail.deleted.wav"]
    await ends(stage)
    assert playing(stage, phone) == ["m2.wav"]
    await press(stage, phone, "7")
    await ends(stage)
    assert playing(stage, phone) == ["m3.wav"]
    await press(stage, phone, "6")
    assert playing(stage, phone) == ["voicemail.end.wav"]
    actions = [(id_, action) for _, id_, action, _ in stage.office.done]
    assert actions == [("m1", "read"), ("m1", "delete"), ("m2", "read"), ("m2", "keep"), ("m3", "read")]


async def test_the_envelope_says_who_and_when(stage: Stage) -> None:
    fill(stage, CARMEN)
    phone = await stage.call_from("101", "*97")
    await ends(stage)
    await press(stage, phone, "5")
    said = playing(stage, phone)
    assert said[:4] == ["voicemail.from.wav", "digit.3.wav", "digit.4.wav", "digit.6.wav"]
    assert said[-3:] == ["voicemail.day.wav", "voicemail.hour.wav", "voicemail.minute.wav"]


async def test_forwarding_to_a_colleague(stage: Stage) -> None:
    fill(stage, CARMEN)
    phone = await stage.call_from("101", "*97")
    await ends(stage)
    await press(stage, phone, "4102#")
    assert stage.office.done[-1] == ("101", "m1", "forward", "102")
    await ends(stage)
    await press(stage, phone, "4999#")
    assert playing(stage, phone) == ["voicemail.no_box.wav"]


async def test_an_extension_is_typed_after_the_question_too(stage: Stage) -> None:
    fill(stage, CARMEN)
    phone = await stage.call_from("101", "*97")
    await ends(stage)
    await press(stage, phone, "4")
    await ends(stage)
    await press(stage, phone, "102#")
    assert stage.office.done[-1] == ("101", "m1", "forward", "102")


async def test_replying_calls_who_left_the_message(stage: Stage) -> None:
    fill(stage, "102")
    stage.phone("luis")
    phone = await stage.call_from("101", "*97")
    await ends(stage)
    await press(stage, phone, "2")
    luis = await stage.talk(phone, "102")
    assert stage.hears(phone, luis)


async def test_a_greeting_is_recorded_by_telephone_and_heard_by_callers(stage: Stage, tmp_path: Path) -> None:
    phone = await stage.call_from("101", "*97")
    await press(stage, phone, "9")
    assert playing(stage, phone) == ["voicemail.greeting_record.wav"]
    await ends(stage)
    await ends(stage)
    ((path, _),) = stage.plane.spools()
    assert stage.plane.longest_message_s == LONGEST_GREETING_S, "what is recorded is heard whole"
    Path(path).write_bytes(bytes(2 * 8000 * 2))
    stage.press(phone, "#")
    file = stage.house.settings.voicemail_dir.resolve() / "101" / "greeting.wav"
    for _ in range(3000):
        if file.exists():
            break
        await stage.settle(0.01)
        time.sleep(0.01)  # a thread writes the file, in real time
    with wave.open(str(file)) as sound:
        assert sound.getnframes() == 2 * 8000


async def test_a_full_box_takes_no_message_and_says_so(stage: Stage) -> None:
    stage.office.boxes["101"] = [Message(str(n), None, 0.0, 1.0, is_read=True, path="x.wav") for n in range(500)]
    caller = await stage.call_in("+34910000003")
    for _ in range(3000):
        if playing(stage, caller) == ["voicemail.full.wav"]:
            break
        await stage.settle(0.01)
        time.sleep(0.01)  # a thread looks for a recorded greeting, in real time
    assert playing(stage, caller) == ["voicemail.full.wav"]
    await ends(stage)
    assert stage.ended.reason == "mailbox_full"
