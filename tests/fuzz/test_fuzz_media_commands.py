"""Commands with anything in their fields: refused or done, never an exception, and calls go on."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbx.media.errors import CommandError
from tests.unit.media.scene import Scene, strength

EXAMPLES = 60 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
COMMANDS = [
    "open_leg", "set_remote", "drop_branch", "close_leg", "bridge", "unbridge", "hold", "mute", "echo", "join_room",
    "leave_room", "supervise", "play", "stop_playing", "send_digits", "record_message", "record", "pause_recording",
    "stop_recording", "figures", "hello", "",
]  # fmt: skip
FIELDS = [
    "leg", "peer", "target", "mode", "on", "room", "gain", "hears", "speaks", "clips", "play_id", "loop", "digits",
    "branch", "remote", "signalled_from", "trusted", "family", "secure", "recording", "left", "right", "max_s",
    "silence_s", "keep",
]  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 65), 1 << 65)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | st.sampled_from(["c", "d", "127.0.0.1", "10.0.0.0/8", "0.0.0.0", "listen", "12#", "PCMU", "beep"])
)
remotes = st.dictionaries(
    st.sampled_from(["address", "port", "payload_type", "codec", "telephone_event", "rtcp_port", "ptime_ms", "odd"]),
    scalars,
    max_size=6,
)
clips = st.lists(
    st.dictionaries(st.sampled_from(["tone", "silence_ms", "gain_db", "odd"]), scalars, max_size=3), max_size=3
)
values = scalars | remotes | clips | st.lists(scalars, max_size=3)
likely = st.fixed_dictionaries(
    {"leg": st.sampled_from(["c", "d", "x"])},
    optional={
        "remote": st.fixed_dictionaries({"address": scalars, "port": st.integers(0, 65535)}) | remotes,
        "peer": st.sampled_from(["c", "d"]),
        "target": st.sampled_from(["c", "d"]),
        "signalled_from": st.just("127.0.0.1") | scalars,
        "on": st.booleans() | scalars,
        "room": st.just("1"),
        "gain": st.just(1.0) | scalars,
        "clips": st.just([{"tone": "beep"}]) | clips,
        "play_id": st.just("p"),
        "branch": st.just("x") | scalars,
        "digits": st.just("1") | scalars,
        "mode": st.just("barge") | scalars,
    },
)
bodies: st.SearchStrategy[Any] = likely | st.dictionaries(st.sampled_from(FIELDS), values, max_size=8) | scalars


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(COMMANDS), bodies), max_size=30))
def test_any_command(commands: list[tuple[str, Any]]) -> None:
    scene = Scene(capacity=16)
    a, b = scene.call(440, 700)
    scene.open("c", signalled_from="127.0.0.1")
    scene.open("d", signalled_from="127.0.0.1")
    for name, fields in commands:
        if name == "hello" or (isinstance(fields, dict) and {"a", "b"} & set(map(str, fields.values()))):
            continue
        try:
            scene.commands.do(name, fields, scene.now)
        except CommandError:
            pass
        scene.run(0.01)
    since = scene.now
    scene.run(0.5)
    assert strength(a.audio(since)[800:], 700) > 6000
    assert strength(b.audio(since)[800:], 440) > 6000
