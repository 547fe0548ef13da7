"""Fields of commands, checked one by one. Each raises CommandError for what does not fit."""

from __future__ import annotations

from typing import Any

from pbx.media.errors import CommandError
from pbx.media.messages import Clip
from pbx.media.wire import restore
from pbx.sdp.protection import CryptoParameters

MAX_TEXT = 4096

Fields = dict[str, Any]


def text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT:
        raise CommandError(f"{name}: text is needed")
    return value


def texts(fields: Fields, name: str) -> list[str]:
    value = fields.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise CommandError(f"{name}: a list of text is needed")
    return value


def flag(fields: Fields, name: str) -> bool:
    value = fields.get(name)
    if not isinstance(value, bool):
        raise CommandError(f"{name}: true or false is needed")
    return value


def number(fields: Fields, name: str, least: float, most: float) -> float:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise CommandError(f"{name}: a number from {least} to {most} is needed")
    return float(value)


def elapsed(fields: Fields) -> float:
    """For how long the recording has run already, in a worker that has died."""
    return number(fields, "elapsed_s", 0.0, 7 * 86400.0) if "elapsed_s" in fields else 0.0


def crypto_line(value: object) -> CryptoParameters:
    fits = isinstance(value, dict) and isinstance(value.get("tag"), int)
    if not fits or not all(isinstance(value.get(name), str) for name in ("suite", "key")):  # type: ignore[attr-defined]
        raise CommandError("crypto: tag, suite and key are needed")
    line: dict[str, Any] = value  # type: ignore[assignment]
    return CryptoParameters(line["tag"], line["suite"], line["key"])


def clip(value: object) -> Clip:
    made = restore(Clip, value)
    fits = isinstance(made.path, str) and isinstance(made.tone, str) and isinstance(made.silence_ms, int)
    if not fits or not 0 <= made.silence_ms <= 3_600_000 or not isinstance(made.gain_db, int | float):
        raise CommandError("clip: path, tone, silence_ms or gain_db does not fit")
    if not -60 <= made.gain_db <= 20:
        raise CommandError("clip: gain_db is -60 to 20")
    if not isinstance(made.fade_ms, int) or not 0 <= made.fade_ms <= 2000:
        raise CommandError("clip: fade_ms is 0 to 2000")
    return made
