"""The speech process: ``python -m ivr.prompts.worker`` reads one job a line and answers each with a line.

A job: ``{"id", "kind": "speak" | "music" | "convert", "path", "text", "voice", "source", "soon"}``; the answer:
``{"id", "seconds"}`` or ``{"id", "error"}``. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ivr.errors import IvrError, SpeechError
from ivr.prompts.espeak import Espeak
from ivr.prompts.music import hold_music
from ivr.prompts.sound import Samples, read_wav, telephone, write_wav


class Worker:
    """Does jobs one after the other; the engine is loaded when the first text comes."""

    def __init__(self) -> None:
        self._espeak: Espeak | None = None
        self._yields = False

    def answer(self, line: str) -> dict[str, Any]:
        """Do one job."""
        job = json.loads(line)
        if not job["soon"] and not self._yields:
            # What nobody waits for yet must not take the processor from calls.
            os.nice(10)
            self._yields = True
        try:
            return {"id": job["id"], "seconds": write_wav(Path(job["path"]), self._sound(job))}
        except (IvrError, OSError) as error:
            return {"id": job["id"], "error": str(error)}

    def _sound(self, job: dict[str, Any]) -> Samples:
        if job["kind"] == "music":
            return hold_music()
        if job["kind"] == "convert":
            return telephone(*read_wav(Path(job["source"])))
        if self._espeak is None:
            self._espeak = Espeak()
        sound = telephone(*self._espeak.speak(job["text"], job["voice"]))
        if not len(sound):
            raise SpeechError(f"nothing is heard of '{job['text'][:40]}'")
        return sound


def main() -> None:
    """Read jobs until the standard input ends."""
    worker = Worker()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(worker.answer(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
