"""Prompts: texts spoken by a real engine in its own process, recordings, and what is not ready yet."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from config.company import Company
from config.loading import load_company_file
from ivr.errors import SpeechError
from ivr.flow import Part, Text
from ivr.prompts.catalogue import LANGUAGES, CatalogueError, catalogue, prompt_names
from ivr.prompts.library import Prompts
from ivr.prompts.sound import RATE, active_rms, read_wav, write_wav
from ivr.prompts.speaker import Job, Speaker
from pbx.media.messages import Clip
from tests.unit.ivr.test_sound import tone

COMPANY: Company = load_company_file()


def seconds(clip: Clip) -> float:
    return len(read_wav(Path(clip.path))[0]) / RATE


def test_all_languages_have_the_same_prompts_with_the_same_parameters() -> None:
    for name in prompt_names():
        assert len({tuple(sorted(catalogue(language)[name].values.items())) for language in LANGUAGES}) == 1, name
    assert all(set(catalogue(language)) == prompt_names() for language in LANGUAGES)


def test_parameters_are_filled_in_and_one_has_its_own_words() -> None:
    wait = catalogue("es")["queue.expected_wait"]
    assert wait.filled({"minutes": 3}) == "El tiempo de espera estimado es de 3 minutos."
    assert wait.filled({"minutes": 1}) == "El tiempo de espera estimado es de un minuto."
    with pytest.raises(CatalogueError, match="needs minutes"):
        wait.filled({})


async def test_what_callers_hear_first_is_ready_after_the_preparation(tmp_path: Path) -> None:
    prompts, seen = Prompts(tmp_path), []
    await prompts.prepare(COMPANY, lambda done, total: seen.append((done, total)))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 60
    for box_language, greeting in COMPANY.voicemail_boxes[0].greeting.items():
        (clip,) = prompts.clips("text", box_language, text=greeting)
        assert 1.0 < seconds(clip) < 4.0, "a greeting takes at most four seconds"
    for name in prompt_names():
        for language in LANGUAGES:
            if not catalogue(language)[name].values:
                (clip,) = prompts.clips(name, language)
                sound, _ = read_wav(Path(clip.path))
                assert 20 * np.log10(active_rms(sound)) == pytest.approx(-20, abs=1), name
                assert 0.15 < len(sound) / RATE < 12, name
    await prompts.spoken()
    assert prompts.clips("queue.position", "en", position=7) != []
    assert Path(prompts.music("default").path).is_file()
    await prompts.stop()

    again = Prompts(tmp_path)
    started: list[tuple[int, int]] = []
    await again.prepare(COMPANY, lambda done, total: started.append((done, total)))
    assert started == [(0, 0)], "nothing is spoken twice"
    await again.stop()


async def test_speech_is_speech_and_each_language_has_its_own_voice(tmp_path: Path) -> None:
    speaker = Speaker(1)
    spoken = {}
    for voice in LANGUAGES:
        path = tmp_path / f"{voice}.wav"
        took = await speaker.want(Job("speak", path, "Bienvenido a Cafetería Aurora, sales and support.", voice))
        sound, _ = read_wav(path)
        assert took == pytest.approx(len(sound) / RATE)
        assert 2 < took < 6
        power = np.abs(np.fft.rfft(sound)) ** 2
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        assert power[(hertz > 100) & (hertz < 3400)].sum() > 0.95 * power.sum()
        loudness = np.sqrt(np.mean(sound[: len(sound) // 400 * 400].reshape(-1, 400) ** 2, axis=1))
        assert loudness.std() > 0.3 * loudness.mean(), "syllables rise and fall, unlike a tone"
        spoken[voice] = sound
    assert len(spoken["es"]) != len(spoken["en"])
    await speaker.stop()


async def test_what_is_not_spoken_yet_is_left_out_and_heard_the_next_time(tmp_path: Path) -> None:
    prompts = Prompts(tmp_path)
    assert prompts.clips("text", "es", text="Hoy cerramos a las ocho.") == []
    assert prompts.clips("text", "es", text="Hoy cerramos  a las ocho.") == []
    await prompts.spoken()
    (clip,) = prompts.clips("text", "es", text="Hoy cerramos a las ocho.")
    assert seconds(clip) > 1
    assert len(list((tmp_path / ".spoken").iterdir())) == 1
    await prompts.stop()


async def test_a_text_of_a_menu_just_published_is_waited_for(tmp_path: Path) -> None:
    prompts = Prompts(tmp_path)
    prompt = (Part({"es": Text("Su pedido llega mañana, {name}.", "es")}),)
    await prompts.speak(prompt, "es", {"name": "Carmen"}, within_s=20)
    clips = prompts.say(prompt, "es", {"name": "Carmen"})
    assert len([clip for clip in clips if clip.path]) == 2
    await prompts.stop()


async def test_a_recording_wins_over_the_text_and_is_converted_where_it_must_be(tmp_path: Path) -> None:
    write_wav(tmp_path / "es" / "call.goodbye.wav", tone(500, 1))
    write_wav(tmp_path / "es" / "main.welcome.wav", tone(600, 2))
    for name in ("queue.position", "queue.position.3"):
        write_wav(tmp_path / "es" / f"{name}.wav", tone(700, 1))
    other = tmp_path / "en" / "call.goodbye.wav"
    _write_other(other)
    write_wav(tmp_path / "music" / "jazz.wav", tone(300, 3))
    prompts = Prompts(tmp_path)
    await prompts.prepare(COMPANY)
    assert prompts.clips("call.goodbye", "es") == [Clip(path=str(tmp_path / "es" / "call.goodbye.wav"))]
    (converted,) = prompts.clips("call.goodbye", "en")
    assert seconds(converted) == pytest.approx(1.5, abs=0.2)
    welcome = (Part({"es": Text("Bienvenido.", "es")}, name="main.welcome"),)
    assert prompts.say(welcome, "es", {}) == [Clip(path=str(tmp_path / "es" / "main.welcome.wav"))]
    said = {at: [Path(clip.path).stem for clip in prompts.clips("queue.position", "es", position=at)] for at in (2, 3)}
    assert said == {2: ["queue.position"], 3: ["queue.position.3"]}, "a recording for one value goes before all"
    assert prompts.music("jazz").path.endswith("jazz.wav")
    assert prompts.music("no-such") == prompts.music("default")
    await prompts.stop()


def _write_other(path: Path) -> None:
    """A recording at 16 kHz, as somebody's computer makes it."""
    import wave

    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((tone(500, 1.5, 16000) * 32767).astype("<i2").tobytes())


async def test_a_flow_s_variables_are_read_digit_by_digit(tmp_path: Path) -> None:
    prompts = Prompts(tmp_path)
    await prompts.prepare(COMPANY)
    said = (Part({"es": Text("Su número es {customer}.", "es")}), Part(prompt="call.goodbye"))
    assert len(prompts.say(said, "es", {"customer": "407"})) == 3 + 1 + 1, "not the words yet, a pause, and goodbye"
    await prompts.spoken()
    clips = prompts.say(said, "es", {"customer": "407"})
    assert [bool(clip.path) for clip in clips] == [True, True, True, True, False, True]
    assert prompts.say((Part({"es": Text("", "es")}),), "es", {}) == []
    await prompts.stop()


async def test_a_prompt_that_does_not_exist_or_lacks_a_parameter_is_an_error(tmp_path: Path) -> None:
    prompts = Prompts(tmp_path)
    with pytest.raises(CatalogueError, match=r"no prompt 'no\.such'; allowed: text, agent\.available"):
        prompts.clips("no.such", "es")
    with pytest.raises(CatalogueError, match="needs position"):
        prompts.clips("queue.position", "es")
    with pytest.raises(CatalogueError, match="allowed: es, en"):
        prompts.clips("call.goodbye", "fr")


async def test_before_the_preparation_there_is_silence_and_no_error(tmp_path: Path) -> None:
    assert Prompts(tmp_path).music("default") == Clip(silence_ms=1000)


async def test_a_text_that_cannot_be_spoken_is_an_error_and_the_next_one_is_spoken(tmp_path: Path) -> None:
    speaker = Speaker(1)
    with pytest.raises(SpeechError, match="cannot speak"):
        await speaker.want(Job("speak", tmp_path / "a.wav", "Bonjour", "fr"))
    with pytest.raises(SpeechError, match="nothing is heard"):
        await speaker.want(Job("speak", tmp_path / "b.wav", "...", "es"))
    with pytest.raises(SpeechError, match="not a WAV file"):
        await speaker.want(Job("convert", tmp_path / "c.wav", source=str(tmp_path / "missing.wav")))
    assert await speaker.want(Job("speak", tmp_path / "d.wav", "Hola", "es")) > 0.2
    await speaker.stop()


@pytest.mark.parametrize("program", ["import sys; sys.exit(1)", "print('nonsense'); input()", "print('{}'); input()"])
async def test_a_speech_process_that_fails_again_and_again_is_given_up(tmp_path: Path, program: str) -> None:
    speaker = Speaker(1, (sys.executable, "-c", program))
    jobs = [speaker.want(Job("speak", tmp_path / f"{number}.wav", "Hola", "es")) for number in range(20)]
    for job in jobs:
        with pytest.raises(SpeechError, match="the speech process fail"):
            await job
    await speaker.stop()


async def test_stopping_leaves_no_process_and_no_half_file(tmp_path: Path) -> None:
    speaker = Speaker(1)
    waiting = [speaker.want(Job("speak", tmp_path / f"{number}.wav", "Hola", "es")) for number in range(50)]
    await waiting[0]
    await speaker.stop()
    assert all(one.done() for one in waiting)
    assert not [file for file in tmp_path.iterdir() if file.suffix != ".wav"]
