"""What the office adds to the stream: the CRM, recordings, messages."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.events.event import Body, named


@named("lead.created")
@dataclass(frozen=True, slots=True)
class LeadCreated(Body):
    """A caller became a lead; ``source`` is the number dialled, ``repeat`` a known customer with nothing open."""

    lead_id: str
    number: str
    source: str
    responsible: str | None
    repeat: bool
    contact_id: str | None = None


@named("lead.suggested")
@dataclass(frozen=True, slots=True)
class LeadSuggested(Body):
    """``login`` has answered an unknown caller, who becomes a lead if ``login`` wants it."""

    number: str
    source: str
    login: str


@named("crm.notified")
@dataclass(frozen=True, slots=True)
class CrmNotified(Body):
    """A rule of the CRM tells somebody something."""

    rule: str
    login: str
    title: str
    text: str
    number: str | None = None
    contact_id: str | None = None
    lead_id: str | None = None


@named("activity.logged")
@dataclass(frozen=True, slots=True)
class ActivityLogged(Body):
    """A call that is over is in the CRM."""

    activity_id: str
    result: str
    responsible: str | None
    recording_id: str | None = None
    contact_id: str | None = None
    lead_id: str | None = None
    deal_id: str | None = None


@named("recording.ready")
@dataclass(frozen=True, slots=True)
class RecordingReady(Body):
    """The recording can be played."""

    recording_id: str
    duration_s: float


@named("voicemail.ready")
@dataclass(frozen=True, slots=True)
class VoicemailReady(Body):
    """The message can be played."""

    voicemail_id: str
    box: str
    caller_number: str | None
    duration_s: float
