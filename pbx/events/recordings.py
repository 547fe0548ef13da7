"""Recordings and messages, as they are made."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.events.event import Body, named


@named("recording.started")
@dataclass(frozen=True, slots=True)
class RecordingStarted(Body):
    """Spool ``path``: raw 16-bit little-endian stereo at 8 kHz, left the outside party, right ours.

    ``room``: the name of the conference room whose mix it is, in mono; null for a call.
    """

    recording_id: str
    path: str
    room: str | None = None


@named("recording.paused")
@dataclass(frozen=True, slots=True)
class RecordingPaused(Body):
    recording_id: str
    by: str | None


@named("recording.resumed")
@dataclass(frozen=True, slots=True)
class RecordingResumed(Body):
    recording_id: str
    by: str | None


@named("recording.finished")
@dataclass(frozen=True, slots=True)
class RecordingFinished(Body):
    """The spool is complete. ``missing``: [from_s, to_s] spans that could not be written."""

    recording_id: str
    path: str
    duration_s: float
    missing: list[list[float]]


@named("voicemail.recorded")
@dataclass(frozen=True, slots=True)
class VoicemailRecorded(Body):
    """A message of at least one second was left; ``path``: raw 16-bit mono at 8 kHz."""

    voicemail_id: str
    box: str
    caller_number: str | None
    path: str
    duration_s: float
