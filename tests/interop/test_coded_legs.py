"""baresip speaks nothing but Opus, or nothing but G.722, wherever a caller may go: what each side hears, by frequency.

What baresip hears, its module ``sndfile`` writes to a file.
"""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.house import CARMEN, SALES, House, check_recording
from tests.e2e.test_media_workers import hears
from tests.interop.test_baresip import MODULES, Run, baresip
from tests.kit import CallerScript, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers

CODECS = ["opus/48000/2", "G722/16000/1"]
BARESIP_HZ, KIT_HZ, OTHER_HZ = 700.0, 440.0, 1300.0


@pytest.fixture(params=CODECS)
def codec(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    modules = [Path(folder) for folder in MODULES]
    for module in (name.partition("/")[0].lower(), "sndfile"):
        if not any((folder / f"{module}.so").exists() for folder in modules):
            pytest.skip(f"this baresip has no module {module}")
    return name


def spoken(path: Path, codec: str, seconds: float = 60) -> Path:
    """A tone at the rate and with the channels of the codec, as baresip wants it."""
    _, rate, *channels = codec.split("/")
    count = int(channels[0])
    at = np.arange(round(int(rate) * seconds)) / int(rate)
    samples = (8000 * np.sin(2 * np.pi * BARESIP_HZ * at)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(count)
        file.setsampwidth(2)
        file.setframerate(int(rate))
        file.writeframes(np.repeat(samples, count).tobytes())
    return path


def heard_by_baresip(folder: Path) -> np.ndarray:
    """All that it has heard, at 8 kHz, in the order of its calls."""
    found = []
    for path in sorted(folder.glob("dump-*-dec.wav")):
        with wave.open(str(path), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            found.append(samples[:: file.getnchannels() * file.getframerate() // 8000])
    return np.concatenate(found) if found else np.zeros(0, np.int16)


async def test_in_a_queue_with_music_and_with_an_agent_who_is_recorded(
    house: House, run: Run, tmp_path: Path, codec: str
) -> None:
    file = spoken(tmp_path / "tone.wav", codec)
    host = f"127.0.0.1:{house.server.sip[1]}"
    outside = await baresip(
        run, tmp_path / "b", house, CARMEN, f"aufile,{file}", "aubridge,nobody", f"d sip:{SALES}@{host}",
        codec=codec, is_carrier=True,
    )  # fmt: skip
    call_id = await house.call_id(timeout=15)
    await house.events.next("queue.joined", 10, call_id=call_id)
    await asyncio.sleep(1.5)  # music
    ana = await house.agent("ana", answers(KIT_HZ))
    at_ana = await ana.phone.incoming(15)
    await CallerScript(at_ana).hears_tone(BARESIP_HZ, within=10, seconds=1.0).run()
    assert at_ana.quality.is_continuous, at_ana.quality
    await asyncio.sleep(1.0)
    await at_ana.hang_up()
    logged = await house.logged(call_id, timeout=5)
    assert (logged["result"], logged["agent"], logged["caller"]["number"]) == ("answered", "ana", CARMEN)
    wav = await house.recording(logged["recording_id"], timeout=10)
    check_recording(wav, left=BARESIP_HZ, right=KIT_HZ)
    await outside.stop()
    heard = heard_by_baresip(tmp_path / "b")
    ((begins, _), *_) = analysis.tone_spans(heard, KIT_HZ)
    music = heard[4000 : round(begins * 8000) - 4000]
    assert analysis.level(music) > -50, analysis.describe(music)
    assert not analysis.is_speech(music) or analysis.is_music(music), analysis.describe(music)


@pytest.mark.parametrize("codec", ["G722/16000/1"], indirect=True)
async def test_in_a_room(house: House, run: Run, tmp_path: Path, codec: str) -> None:
    file = spoken(tmp_path / "tone.wav", codec)
    host = f"127.0.0.1:{house.server.sip[1]}"
    member = await (await house.phone("101")).call("700").answered()
    member.say_tone(KIT_HZ)
    luis = await baresip(
        run, tmp_path / "room", house, "102", f"aufile,{file}", "aubridge,nobody", f"d sip:700@{host}", codec=codec
    )
    await CallerScript(member).hears_tone(BARESIP_HZ, within=15, seconds=1.0).run()
    third = await (await house.phone("110")).call("700").answered()
    third.say_tone(OTHER_HZ)

    async def everybody_is_heard() -> bool | None:
        return (hears(third, BARESIP_HZ, KIT_HZ) and hears(member, BARESIP_HZ, OTHER_HZ)) or None

    await eventually(everybody_is_heard, 15, "both hear baresip and each other")
    await asyncio.sleep(1.0)  # baresip hears both as well
    await luis.stop()
    for call in (member, third):
        await call.hang_up()
    heard = heard_by_baresip(tmp_path / "room")
    for tone in (KIT_HZ, OTHER_HZ):
        assert analysis.tone_level(heard[-4000:], tone) > -40, analysis.describe(heard)
    assert analysis.tone_level(heard[-4000:], BARESIP_HZ) < -50


@pytest.mark.parametrize("codec", ["opus/48000/2"], indirect=True)
async def test_in_a_box(house: House, run: Run, tmp_path: Path, codec: str) -> None:
    file = spoken(tmp_path / "tone.wav", codec)
    host = f"127.0.0.1:{house.server.sip[1]}"
    luis = await baresip(
        run, tmp_path / "box", house, "102", f"aufile,{file}", "aubridge,nobody", f"d sip:103@{host}", codec=codec
    )
    call_id = await house.call_id(timeout=10, dialled="103")

    async def message() -> dict[str, Any] | None:
        found = [one for one in await house.admin.items("/voicemails") if one["call_id"] == call_id]
        return found[0] if found and found[0]["state"] == "ready" else None

    await house.events.next("call.answered", 10, call_id=call_id, kind="voicemail")
    await asyncio.sleep(6.5)  # a greeting of 4 s at most, the beep, and a message
    await luis.stop()
    found = await eventually(message, 10, "the message")
    _, _, content = await house.admin.request(
        "GET", f"/voicemails/{found['id']}/audio", headers={"Accept": "audio/wav"}
    )
    assert analysis.tone_spans(analysis.read_wav(content).left, BARESIP_HZ)
    assert analysis.is_speech(heard_by_baresip(tmp_path / "box")[:24000])
