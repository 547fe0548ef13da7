"""The company's recordings policy on telephones: the notice, whom it concerns, card numbers, how long it is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from tests.e2e.house import AGENT_HZ, ANA, CALLER_HZ, CARMEN, House, both_hear_each_other
from tests.e2e.test_greetings import tone, upload
from tests.kit import CallerScript, analysis
from tests.kit.api import eventually
from tests.kit.g711 import Pcm
from tests.kit.phone import answers

NOTICE_HZ, LUIS_HZ = 950, 1000
CARD = "4929"
DAY_S = 86_400
POLICY: dict[str, Any] = {
    "rules": [
        {"title": "Luis no", "people": ["luis"], "record": False},
        {"title": "Entrantes", "directions": ["inbound"], "keep_days": 30},
    ],
    "notice": {"directions": ["inbound"], "prompt": "aviso"},
    "digits_pause_s": 1,
}


def keys_by_sound(keys: str) -> Pcm:
    """The keys of a telephone (ITU-T Q.23), 100 ms each."""
    time, sounds = np.arange(800) / 8000, []
    for key in keys:
        row, column = divmod("123A456B789C*0#D".index(key), 4)
        pair = (697, 770, 852, 941)[row], (1209, 1336, 1477, 1633)[column]
        sounds += [sum(6000 * np.sin(2 * np.pi * hertz * time) for hertz in pair), np.zeros(640)]
    pcm: Pcm = np.concatenate(sounds).astype(np.int16)
    return pcm


@asynccontextmanager
async def policy_of(house: House, **policy: Any) -> AsyncIterator[None]:
    """The company goes by this policy during the story, and its prompt is a tone."""
    before = (await house.admin.get("/settings/recordings"))["value"]
    assert await upload(house.admin, "/prompts/es/aviso", tone(1.2, NOTICE_HZ)) == 200
    await house.admin.put("/settings/recordings", policy)
    try:
        yield
    finally:
        await house.admin.put("/settings/recordings", before)
        await house.admin.request("DELETE", "/prompts/es/aviso")


async def test_callers_are_told_card_numbers_are_not_heard_and_a_rule_ends_it_with_a_transfer(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ), state="offline")
    await house.phone("102", answers(LUIS_HZ))
    async with policy_of(house, **POLICY):
        call = await house.place(ANA)
        await CallerScript(call).is_answered().hears_tone(NOTICE_HZ, within=6).run()
        call_id = await house.call_id(caller_number=CARMEN)
        await both_hear_each_other(call, ana.phone.latest if ana.phone.incoming_count else await _rung(house, ana))
        await call.press(CARD)
        call.say_pcm(keys_by_sound(CARD))
        paused = await house.events.next("recording.paused", call_id=call_id)
        assert paused.event["cause"] == "digits"
        await house.events.next("recording.resumed", call_id=call_id)
        await both_hear_each_other(call, ana.phone.latest)
        await ana.api.post(f"/calls/{call_id}/transfer", {"to": "102", "mode": "blind"})
        await CallerScript(call).hears_tone(LUIS_HZ, within=8).hangs_up().run()
        skipped = await house.events.next("recording.skipped", call_id=call_id)
        assert skipped.event["rule"] == "Luis no"
        id_ = (await house.logged(call_id))["recording_id"]
        check(await house.recording(id_))
        assert (await house.admin.get(f"/recordings/{id_}"))["rule"] == "Entrantes"
        await its_time_is_over(house, id_)


async def _rung(house: House, ana: Any) -> Any:
    async def look() -> Any:
        return ana.phone.latest if ana.phone.incoming_count else None

    return await eventually(look, 8, "Ana's telephone rings")


def check(wav: analysis.Wav) -> None:
    """Both sides before and after the pause, in step; neither the notice, nor the card, nor Luis."""
    assert wav.channels.shape[0] == 2
    left, right = analysis.tone_spans(wav.left, CALLER_HZ), analysis.tone_spans(wav.right, AGENT_HZ)
    assert left, analysis.describe(wav.left)
    assert right, analysis.describe(wav.right)
    assert analysis.dtmf(wav.left) == ""
    assert not analysis.tone_spans(wav.left, NOTICE_HZ)
    assert not analysis.tone_spans(wav.right, LUIS_HZ)
    gap = [end for _, end in right[:-1]], [begin for begin, _ in right[1:]]
    assert gap[0], "the pause is silence on our side too"
    resumed = gap[1][-1]
    assert any(begin <= resumed + 0.3 < end or begin <= resumed + 1.5 < end for begin, end in left), (left, right)


async def its_time_is_over(house: House, id_: str) -> None:
    """Nobody waits for a month: the recording is made older, and the policy written again."""
    (file,) = house.server.data_dir.glob(f"recordings/*/*/*/{id_}.wav")
    database = house.server.data_dir / "centralita.sqlite3"

    def age() -> None:
        with sqlite3.connect(database, timeout=10) as connection:
            connection.execute("UPDATE recording SET started_at = started_at - ? WHERE id = ?", (31 * DAY_S, id_))

    await asyncio.to_thread(age)
    await house.admin.put("/settings/recordings", {**POLICY, "pause_s": 60})

    async def gone() -> bool | None:
        status, _, _ = await house.admin.request("GET", f"/recordings/{id_}")
        return True if status == 404 else None

    await eventually(gone, 10, "a recording that is erased")
    assert not file.exists()
    erased = [one for one in await house.admin.items("/audit", kind="recording") if one["action"] == "erased"]
    assert (erased[0]["by"], erased[0]["name"]) == (None, "retention")
