"""The recognition process: ``python -m ivr.speech.worker LANGUAGE [MODEL]``, one job a line, one answer a line.

A job: ``{"path", "phrases"}``, the path of raw mono 16-bit samples at 8 kHz; the answer: ``{"phrase"}`` (null: none of
them) or ``{"error"}``. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ivr.errors import RecognitionError
from ivr.speech.engine import Engine, load_engine

MAX_SECONDS = 60
RATE = 8000
QUIETEST_PEAK = 300
NICE = 5


def answer(line: str, engine: Callable[[], Engine]) -> dict[str, str | None]:
    """Do one job."""
    try:
        job = json.loads(line)
        samples = np.fromfile(Path(job["path"]), dtype="<i2", count=MAX_SECONDS * RATE)
        phrases: Sequence[str] = job["phrases"]
        if len(samples) < RATE // 10 or int(np.abs(samples.astype(np.int32)).max()) < QUIETEST_PEAK:
            return {"phrase": None}
        return {"phrase": engine().recognise(samples, phrases)}
    except (RecognitionError, OSError, ValueError, KeyError) as error:
        return {"error": str(error)}


def main() -> None:
    """Read jobs until the standard input ends."""
    os.nice(NICE)  # calls go before words
    language, model = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    loaded: list[Engine] = []

    def engine() -> Engine:
        if not loaded:
            loaded.append(load_engine(language, Path(model) if model else None))
        return loaded[0]

    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(line, engine)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
