"""Where the recorded greetings of boxes are kept: the exchange plays them, the office takes uploads."""

from __future__ import annotations

from pathlib import Path

NAME = "greeting.wav"


def greeting_file(voicemail_dir: Path, box: str) -> Path:
    """The recorded greeting of a box, whether there is one or not."""
    return voicemail_dir / box / NAME


def recorded_boxes(voicemail_dir: Path) -> set[str]:
    """The boxes that have a greeting of their own. Reads the disk."""
    return {file.parent.name for file in voicemail_dir.glob(f"*/{NAME}")}
