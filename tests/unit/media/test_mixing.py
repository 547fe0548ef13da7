"""Rooms and supervision: who hears whom."""

from __future__ import annotations

import pytest

from pbx.media.messages import Clip
from tests.unit.media.scene import Phone, Scene, is_unbroken, strength

TONES = {"a": 440.0, "b": 700.0, "s": 1000.0, "c": 1300.0}


def hears(phone: Phone, since: float) -> set[str]:
    sound = phone.audio(since)
    return {name for name, tone in TONES.items() if strength(sound, tone) > 1500}


def people(scene: Scene, *names: str) -> dict[str, Phone]:
    phones = {}
    for index, name in enumerate(names):
        phone = Phone(scene, 5000 + 2 * index, frequency=TONES[name])
        phone.loudness = 4000
        scene.open(name, phone)
        phones[name] = phone
    return phones


def test_everybody_in_a_room_hears_the_others_and_not_themselves() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "c")
    for name in phones:
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.run(1.0)
    for name, phone in phones.items():
        assert hears(phone, 1000.3) == set(phones) - {name}
        assert is_unbroken(phone)


def test_rooms_do_not_hear_each_other() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s", "c")
    for name, room in (("a", "1"), ("b", "1"), ("s", "2"), ("c", "2")):
        scene.do("join_room", leg=name, room=room, gain=1.0)
    scene.run(1.0)
    assert hears(phones["a"], 1000.3) == {"b"}
    assert hears(phones["c"], 1000.3) == {"s"}


def test_who_only_listens_is_not_heard_and_who_only_speaks_hears_nothing() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "c")
    scene.do("join_room", leg="a", room="700", gain=1.0)
    scene.do("join_room", leg="b", room="700", speaks=False, gain=1.0)
    scene.do("join_room", leg="c", room="700", hears=False, gain=1.0)
    scene.run(1.0)
    assert hears(phones["a"], 1000.3) == {"c"}
    assert hears(phones["b"], 1000.3) == {"a", "c"}
    assert hears(phones["c"], 1000.3) == set()


def test_gain_is_per_listener() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "c")
    for name, gain in (("a", 1.0), ("b", 0.5), ("c", 1.0)):
        scene.do("join_room", leg=name, room="700", gain=gain)
    scene.run(1.0)
    loud, soft = (strength(phones[name].audio(1000.3), 1300) for name in "ab")
    assert soft == pytest.approx(loud / 2, rel=0.1)


def test_leaving_and_muting_take_effect_at_once() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "c")
    for name in phones:
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.run(0.5)
    scene.do("leave_room", leg="b")
    scene.do("mute", leg="c", on=True)
    scene.run(0.5)
    assert hears(phones["a"], 1000.55) == set()
    assert hears(phones["b"], 1000.55) == set()
    assert hears(phones["c"], 1000.55) == {"a"}


def test_a_prompt_is_heard_over_the_room_by_one_only() -> None:
    scene = Scene()
    phones = people(scene, "a", "b")
    for name in phones:
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.play("a", Clip(tone="ringback"))
    scene.run(1.0)
    assert strength(phones["a"].audio(1000.3), 425) > 4000
    assert strength(phones["a"].audio(1000.3), 700) > 3000
    assert strength(phones["b"].audio(1000.3), 425) < 300


@pytest.mark.parametrize(
    ("mode", "customer", "agent"),
    [("listen", {"b"}, {"a"}), ("whisper", {"b"}, {"a", "s"}), ("barge", {"b", "s"}, {"a", "s"})],
)
def test_supervision(mode: str, customer: set[str], agent: set[str]) -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s")
    scene.do("bridge", leg="a", peer="b")
    scene.run(0.3)
    scene.do("supervise", leg="s", target="b", mode=mode)
    scene.run(0.6)
    assert hears(phones["a"], 1000.4) == customer
    assert hears(phones["b"], 1000.4) == agent
    assert hears(phones["s"], 1000.4) == {"a", "b"}
    scene.do("close_leg", leg="s")
    scene.run(0.5)
    assert hears(phones["a"], 1001.0) == {"b"}
    assert hears(phones["b"], 1001.0) == {"a"}
    assert scene.core.legs.forward.max() >= 0  # a relay again
    assert is_unbroken(phones["a"])


def test_the_mode_may_change() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s")
    scene.do("bridge", leg="a", peer="b")
    scene.do("supervise", leg="s", target="b", mode="listen")
    scene.run(0.3)
    scene.do("supervise", leg="s", target="b", mode="barge")
    scene.run(0.5)
    assert hears(phones["a"], 1000.4) == {"b", "s"}


def test_a_supervisor_follows_the_target_into_another_bridge() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s", "c")
    scene.do("bridge", leg="a", peer="b")
    scene.do("supervise", leg="s", target="b", mode="listen")
    scene.run(0.3)
    scene.do("bridge", leg="c", peer="b")
    scene.run(0.6)
    assert hears(phones["s"], 1000.4) == {"b", "c"}
    assert hears(phones["c"], 1000.4) == {"b"}
    assert hears(phones["a"], 1000.4) == set()


def test_a_member_of_a_room_may_be_supervised() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s")
    for name in "ab":
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.do("supervise", leg="s", target="b", mode="whisper")
    scene.run(0.6)
    assert hears(phones["s"], 1000.3) == {"a", "b"}
    assert hears(phones["b"], 1000.3) == {"a", "s"}
    assert hears(phones["a"], 1000.3) == {"b"}


def test_the_added_delay_of_a_mix_is_bounded() -> None:
    """A click said by one is heard by the other within 45 ms of its packet's arrival."""
    for phase in range(8):
        scene = Scene()
        a, b = people(scene, "a", "b").values()
        a.phase_s = 0.0025 * phase
        a.loudness = 0
        b.loudness = 0
        for name in "ab":
            scene.do("join_room", leg=name, room="700", gain=1.0)
        scene.run(0.5)
        a.loudness = 8000
        while not b.audio(1000.5).any():
            scene.run(0.0025)
            assert scene.now - 1000.5 < 0.02 + 0.045
