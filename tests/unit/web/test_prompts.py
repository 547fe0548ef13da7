"""Prompts over the API: uploaded, spoken, heard, deleted."""

from __future__ import annotations

import io
import wave

import numpy as np

from tests.unit.web.conftest import House


def tone(rate: int = 16_000, seconds: float = 0.5) -> bytes:
    samples = np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate) * 12_000
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return out.getvalue()


async def test_an_upload_becomes_what_telephones_hear(house: House) -> None:
    wav = {"Content-Type": "audio/wav"}
    kept = await house.ask("admin", "PUT", "/prompts/es/queue.welcome", data=tone(), headers=wav)
    assert kept.status == 200, await kept.text()
    (shown,) = (await house.get("admin", "/prompts?recorded=true"))["items"]
    assert (shown["folder"], shown["name"]) == ("es", "queue.welcome")
    heard = await house.ask("admin", "GET", "/prompts/es/queue.welcome")
    with wave.open(io.BytesIO(await heard.read())) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
    assert len(house.exchange.told("reload")) == 1
    assert (await house.ask("admin", "DELETE", "/prompts/es/queue.welcome")).status == 204
    assert (await house.ask("admin", "GET", "/prompts/es/queue.welcome")).status == 404


async def test_what_is_no_sound_and_names_that_are_none_are_refused(house: House) -> None:
    wav = {"Content-Type": "audio/wav"}
    refused = await house.ask("admin", "PUT", "/prompts/es/x", data=b"nonsense", headers=wav)
    assert refused.status == 422
    assert (await refused.json(content_type=None))["detail"] == "not a WAV file that can be used: not a WAV file"
    assert (await house.ask("admin", "PUT", "/prompts/fr/x", data=tone(), headers=wav)).status == 422
    assert (await house.ask("admin", "PUT", "/prompts/es/..%2Fx", data=tone(), headers=wav)).status in (404, 422)
    mp3 = {"Content-Type": "audio/mpeg"}
    assert (await house.ask("admin", "PUT", "/prompts/es/x", data=tone(), headers=mp3)).status == 415


async def test_a_text_is_heard_before_it_is_kept(house: House) -> None:
    spoken = await house.ask("admin", "POST", "/prompts/speak", json={"text": "Bienvenidos", "language": "es"})
    assert spoken.content_type == "audio/wav"
    assert len(await spoken.read()) > 4000
    nothing = await house.ask("admin", "POST", "/prompts/speak", json={"text": "…", "language": "es"})
    assert nothing.status == 422
    texts = (await house.get("admin", "/prompts?folder=en&q=BEEP"))["items"]
    assert all("beep" in (one["text"] + one["name"]).lower() for one in texts)
