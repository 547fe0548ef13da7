"""Who has answered on a leg: told while the two already hear each other, by their packets."""

from __future__ import annotations

import numpy as np

from pbx.media.messages import AnswererJudged, AnswererListens
from pbx.rtp import g711
from tests.unit.media.scene import Phone, Scene
from tests.unit.rtp.test_answerer import silence, tone, voice


class Speaker(Phone):
    """Says ``words`` instead of a tone."""

    words = np.zeros(0, np.int16)

    def frame(self) -> bytes:
        chunk, self.words = self.words[:160], self.words[160:]
        return g711.encode(np.concatenate([chunk, np.zeros(160 - len(chunk), np.int16)]), self.law).tobytes()


def answered(scene: Scene, *sounds: np.ndarray) -> None:
    """An agent and who has answered, bridged; the agent speaks all the time."""
    agent, contact = Phone(scene, 5000, frequency=700.0), Speaker(scene, 5002, law=1, frequency=1.0)
    contact.words = (np.concatenate(sounds) * 32767).astype(np.int16)
    scene.open("agent", agent)
    scene.open("contact", contact)
    scene.do("judge_answerer", leg="contact", on=True)
    scene.do("bridge", leg="agent", peer="contact")


def test_a_person_is_told_from_the_agent_who_speaks_meanwhile() -> None:
    scene = Scene()
    answered(scene, silence(0.4), voice(0.5))
    scene.run(5)
    (told,) = scene.of(AnswererJudged)
    assert (told.leg, told.verdict) == ("contact", "human")
    assert scene.core.legs.pulls.sum() == 0, "the leg's sound is only relayed again"


def test_a_machine_is_told_and_later_that_it_listens() -> None:
    scene = Scene()
    answered(scene, silence(0.3), voice(3.5), silence(0.3), tone(850, 0.4))
    scene.run(7)
    assert [one.verdict for one in scene.of(AnswererJudged)] == ["machine"]
    assert [one.sign for one in scene.of(AnswererListens)] == ["beep"]
    assert not scene.core.answerers.watched.any()


def test_a_leg_that_is_closed_or_left_alone_is_not_judged() -> None:
    scene = Scene()
    answered(scene, voice(0.5))
    scene.do("judge_answerer", leg="contact", on=False)
    scene.run(3)
    scene.do("judge_answerer", leg="contact", on=True)
    scene.do("close_leg", leg="contact")
    scene.run(6)
    assert scene.of(AnswererJudged) == []
