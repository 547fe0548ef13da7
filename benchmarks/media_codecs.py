"""What Opus and G.722 cost: legs of one core of codec processes, each leg heard and spoken to for every 20 ms.

A real codec process is fed batches as a worker feeds it, as fast as it takes them; the kernel's clock of that process
says what a leg's second costs. Run alone: ``python -m benchmarks.media_codecs``; the last line is JSON.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import numpy as np

from pbx.media import table
from pbx.media.codec_batch import DECODE, ENCODE, RECORD, Batch
from pbx.media.codec_lanes import CodecLanes

LEGS = 100
SECONDS = 4
FRAMES = SECONDS * 50
LAWS = {"opus": table.LAW_OPUS, "g722": table.LAW_G722}


def measure() -> dict[str, float]:
    """``opus_legs``, ``g722_legs`` a core; ``opus_leg_us``, ``g722_leg_us``: CPU of a leg's 20 ms, both ways."""
    figures: dict[str, float] = {}
    for name, law in LAWS.items():
        cost = _cost_s(law)
        figures[f"{name}_legs"] = int(0.02 / cost)
        figures[f"{name}_leg_us"] = round(cost * 1e6, 1)
    return figures


def _cost_s(law: int) -> float:
    """Process CPU of one leg's 20 ms: one frame decoded, one encoded."""
    lanes = CodecLanes(most=1)
    try:
        speech = _speech()
        packets = [_answer(lanes, _batch(ENCODE, law, speech[number], 0)) for number in range(FRAMES)]
        process = lanes.processes[0]
        begun = _cpu_s(process)
        for number, coded in enumerate(packets):
            length = int(coded.records["length"][0])
            _answer(
                lanes, _batch(DECODE, law, coded.data[:, : max(1, int(coded.records["length"].max()))], number, length)
            )
            _answer(lanes, _batch(ENCODE, law, speech[number], 0))
        return (_cpu_s(process) - begun) / (FRAMES * LEGS)
    finally:
        lanes.stop()


def _speech() -> np.ndarray:
    """Something with the pitch, the formants and the pauses of speech: (frames, legs, 160)."""
    random = np.random.default_rng(1)
    at = np.arange(FRAMES * 160) / 8000
    pitch = 120 + 30 * np.sin(2 * np.pi * 0.7 * at)
    voice = sum(np.sin(2 * np.pi * np.cumsum(pitch * harmonic) / 8000) / harmonic for harmonic in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 3 * at), 0, 1) * (np.sin(2 * np.pi * 0.4 * at) > -0.3)
    sound = 5000 * np.asarray(voice) * syllables + random.normal(0, 30, len(at))
    one = np.clip(sound, -32000, 32000).astype(np.int16).reshape(FRAMES, 1, 160)
    return np.repeat(one, LEGS, axis=1)


def _batch(kind: int, law: int, data: np.ndarray, sequence: int, length: int = 160) -> Batch:
    records = np.zeros(LEGS, RECORD)
    records["stream"], records["law"], records["length"] = np.arange(1, LEGS + 1), law, length
    records["sequence"], records["timestamp"] = sequence & 0xFFFF, sequence * 160 * table.RATES[law]
    return Batch(kind, 0, records, np.ascontiguousarray(data).view(np.uint8).reshape(LEGS, -1))


def _answer(lanes: CodecLanes, batch: Batch) -> Batch:
    until = time.monotonic() + 30
    while not lanes.send(0, batch):
        if time.monotonic() > until:
            raise TimeoutError("the codec process takes nothing")
        time.sleep(0.001)
    while time.monotonic() < until:
        for message in lanes.receive():
            return Batch.from_bytes(message)
        time.sleep(0.0005)
    raise TimeoutError("the codec process does not answer")


def _cpu_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, and say what it is."""
    figures = measure()
    for name in LAWS:
        cost, legs = figures[f"{name}_leg_us"], figures[f"{name}_legs"]
        print(f"{name:>5} <-> G.711: {cost:6.1f} µs a leg and 20 ms, {legs} legs a core")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
