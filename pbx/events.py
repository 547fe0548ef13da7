"""The events in the life of a call, of an agent and of the exchange: the one stream that everything else is a view of.

An event says what has happened, in the field's words. ``Event`` carries it: a globally unique, time-ordered id
(UUIDv7), the time in UTC (seconds since the epoch), and the call that it belongs to. Bodies are frozen dataclasses of
JSON types only, so that an event is the same in the journal, on a socket, in the database and on the event WebSocket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, TypeVar

VERSION = 1

Direction = Literal["inbound", "outbound", "internal"]
Result = Literal["answered", "abandoned", "missed", "cancelled", "voicemail", "callback", "blocked", "busy", "failed"]
EndedBy = Literal["caller", "callee", "system"]
AgentState = Literal["available", "ringing", "talking", "wrap_up", "break", "offline"]


class EventError(ValueError):
    """An event document names a type that this version does not know, or its fields do not fit the type."""


@dataclass(frozen=True, slots=True)
class Body:
    """What an event says; ``type`` is its name on every wire.

    One that is ``passing`` is shown to live subscribers and kept nowhere: what it says holds for seconds.
    """

    type: ClassVar[str]
    passing: ClassVar[bool] = False


_BODIES: dict[str, type[Body]] = {}
_FIELDS: dict[str, tuple[str, ...]] = {}
B = TypeVar("B", bound=type[Body])


def _event(name: str) -> Callable[[B], B]:
    def register(body: B) -> B:
        body.type = name
        _BODIES[name] = body
        _FIELDS[name] = tuple(one.name for one in fields(body))
        return body

    return register


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: ``id`` UUIDv7, ``at`` seconds since the epoch, ``call_id`` the journey it belongs to."""

    id: str
    at: float
    call_id: str | None
    body: Body
    _document: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def type(self) -> str:
        return self.body.type

    def to_document(self) -> dict[str, Any]:
        """As JSON types: ``id``, ``type``, ``at`` (RFC 3339, UTC), ``call_id``, ``v`` and the body's fields.

        The document is made once, for the journal and every subscriber: it is not to be changed.
        """
        if self._document is None:
            at = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            document = {"id": self.id, "type": self.type, "at": at, "call_id": self.call_id, "v": VERSION}
            for name in _FIELDS[self.type]:
                document[name] = getattr(self.body, name)
            object.__setattr__(self, "_document", document)
            return document
        return self._document

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Event:
        """Inverse of to_document. Raises EventError."""
        try:
            body = _BODIES[document["type"]]
            known = _FIELDS[body.type]
            return cls(
                id=document["id"],
                at=datetime.fromisoformat(document["at"]).timestamp(),
                call_id=document["call_id"],
                body=body(**{name: value for name, value in document.items() if name in known}),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EventError(f"not an event of version {VERSION}: {error!r}") from None


# --- A call: one caller's journey, transfers included -----------------------------------------------------------------


@_event("call.started")
@dataclass(frozen=True, slots=True)
class CallStarted(Body):
    """A caller has asked for somebody. ``caller_number`` is E.164, an extension, or None when withheld."""

    direction: Direction
    caller_number: str | None
    caller_name: str | None
    dialled: str
    trunk: str | None = None
    login: str | None = None  # who dialled, for internal and outbound calls


@_event("call.identified")
@dataclass(frozen=True, slots=True)
class CallIdentified(Body):
    """The CRM knows the outside party of this call."""

    contact_id: str
    name: str
    company: str | None = None
    responsible: str | None = None
    language: str | None = None


@_event("menu.entered")
@dataclass(frozen=True, slots=True)
class MenuEntered(Body):
    menu: str
    language: str
    version: int = 1


@_event("menu.choice")
@dataclass(frozen=True, slots=True)
class MenuChoice(Body):
    """The caller chose; ``keys`` is what was dialled, ``outcome`` ``option``, ``extension``, ``wrong`` or ``none``."""

    menu: str
    node: str
    keys: str
    outcome: str


@_event("menu.left")
@dataclass(frozen=True, slots=True)
class MenuLeft(Body):
    """The caller left the menu towards ``to`` (``queue:sales``, ``voicemail:100``, ``hangup`` …)."""

    menu: str
    node: str
    to: str


@_event("queue.joined")
@dataclass(frozen=True, slots=True)
class QueueJoined(Body):
    queue: str
    position: int
    priority: int = 0


@_event("queue.left")
@dataclass(frozen=True, slots=True)
class QueueLeft(Body):
    """``cause``: ``answered`` (``login`` null: picked up by a colleague), ``abandoned``, ``overflow``, ``callback``;
    ``wait_s`` since joining."""

    queue: str
    cause: str
    wait_s: float
    login: str | None = None


@_event("screen_pop")
@dataclass(frozen=True, slots=True)
class ScreenPop(Body):
    """Who is calling, sent to the agents about to be rung, before their phones ring. ``card`` is the CRM's answer."""

    logins: list[str]
    number: str | None
    dialled: str
    queue: str | None
    card: dict[str, Any]


@_event("call.ringing")
@dataclass(frozen=True, slots=True)
class CallRinging(Body):
    """A person's devices ring; ``queue`` is set when the queue offers the call."""

    login: str | None
    extension: str
    queue: str | None = None


@_event("call.not_answered")
@dataclass(frozen=True, slots=True)
class CallNotAnswered(Body):
    """Somebody rung did not take it: ``no_answer``, ``busy``, ``declined``, ``unreachable``, ``elsewhere``."""

    login: str | None
    extension: str
    cause: str
    queue: str | None = None
    ring_s: float = 0.0


@_event("call.answered")
@dataclass(frozen=True, slots=True)
class CallAnswered(Body):
    """Somebody or something is connected. ``kind``: ``person``, ``voicemail``, ``messages`` (`*97`), ``room``,
    ``echo``, ``number``.

    The first one sets the call's ``answered_at``.
    """

    kind: str
    login: str | None = None
    extension: str | None = None
    queue: str | None = None
    wait_s: float = 0.0


@_event("call.held")
@dataclass(frozen=True, slots=True)
class CallHeld(Body):
    by: str | None


@_event("call.resumed")
@dataclass(frozen=True, slots=True)
class CallResumed(Body):
    by: str | None


@_event("call.transferred")
@dataclass(frozen=True, slots=True)
class CallTransferred(Body):
    """The transfer is done; ``by`` and ``to``: logins where known, else numbers; ``mode``: ``blind``, ``attended``."""

    by: str | None
    to: str
    mode: str


@_event("call.transfer_failed")
@dataclass(frozen=True, slots=True)
class CallTransferFailed(Body):
    by: str | None
    to: str
    status: int


@_event("call.forwarded")
@dataclass(frozen=True, slots=True)
class CallForwarded(Body):
    by: str
    to: str
    condition: str


@_event("call.parked")
@dataclass(frozen=True, slots=True)
class CallParked(Body):
    slot: int
    by: str | None


@_event("call.retrieved")
@dataclass(frozen=True, slots=True)
class CallRetrieved(Body):
    slot: int
    by: str | None


@_event("call.picked_up")
@dataclass(frozen=True, slots=True)
class CallPickedUp(Body):
    by: str
    ringing: str


@_event("call.rated")
@dataclass(frozen=True, slots=True)
class CallRated(Body):
    rating: int


@_event("call.blocked")
@dataclass(frozen=True, slots=True)
class CallBlocked(Body):
    rule: str
    action: str
    rule_id: str = ""
    scope: str = "company"


@_event("call.supervised")
@dataclass(frozen=True, slots=True)
class CallSupervised(Body):
    by: str
    mode: str


@_event("call.joined")
@dataclass(frozen=True, slots=True)
class CallJoined(Body):
    """``by`` has brought the outside of this call into the conversation of ``other``, as a third party."""

    by: str
    other: str


@_event("call.disposed")
@dataclass(frozen=True, slots=True)
class CallDisposed(Body):
    """The agent ``by`` has said what the call came to: one of the queue's codes. Added by the office."""

    by: str
    queue: str
    code: str
    note: str | None = None


@_event("call.taken_over")
@dataclass(frozen=True, slots=True)
class CallTakenOver(Body):
    """``by`` talks from now on, in the place of ``agent``."""

    by: str
    agent: str | None


@_event("call.quality")
@dataclass(frozen=True, slots=True)
class CallQuality(Body):
    """Sound of one leg over its life. ``jitter_ms`` and ``loss`` (0…1) as received; ``mos`` ITU-T G.107 estimate.

    ``loss_sent`` and ``jitter_sent_ms``: what the peer has reported of our sound; None from one that sends no reports.
    """

    leg: str
    codec: str
    packets_received: int
    packets_lost: int
    loss: float
    jitter_ms: float
    mos: float
    round_trip_ms: float | None = None
    loss_sent: float | None = None
    jitter_sent_ms: float | None = None


@_event("call.ended")
@dataclass(frozen=True, slots=True)
class CallEnded(Body):
    """The journey is over: the one value that feeds call log, metric, CRM and log line."""

    result: Result
    reason: str
    ended_by: EndedBy
    direction: Direction
    caller_number: str | None
    caller_name: str | None
    dialled: str
    queue: str | None
    login: str | None
    trunk: str | None
    started_at: float
    answered_at: float | None
    wait_s: float
    talk_s: float
    transfers: int
    rating: int | None = None
    recording_id: str | None = None


# --- Recordings and messages ------------------------------------------------------------------------------------------


@_event("recording.started")
@dataclass(frozen=True, slots=True)
class RecordingStarted(Body):
    """Spool ``path``: raw 16-bit little-endian stereo at 8 kHz, left the outside party, right ours.

    ``room``: the name of the conference room whose mix it is, in mono; null for a call.
    """

    recording_id: str
    path: str
    room: str | None = None


@_event("recording.paused")
@dataclass(frozen=True, slots=True)
class RecordingPaused(Body):
    recording_id: str
    by: str | None


@_event("recording.resumed")
@dataclass(frozen=True, slots=True)
class RecordingResumed(Body):
    recording_id: str
    by: str | None


@_event("recording.finished")
@dataclass(frozen=True, slots=True)
class RecordingFinished(Body):
    """The spool is complete. ``missing``: [from_s, to_s] spans that could not be written."""

    recording_id: str
    path: str
    duration_s: float
    missing: list[list[float]]


@_event("voicemail.recorded")
@dataclass(frozen=True, slots=True)
class VoicemailRecorded(Body):
    """A message of at least one second was left; ``path``: raw 16-bit mono at 8 kHz."""

    voicemail_id: str
    box: str
    caller_number: str | None
    path: str
    duration_s: float


@_event("callback.requested")
@dataclass(frozen=True, slots=True)
class CallbackRequested(Body):
    """Somebody is to be called back. ``source``: ``caller`` (of the event's call), else who asked over the API;
    ``due_at``: not before, epoch seconds."""

    callback_id: str
    queue: str
    number: str
    source: str = "caller"
    due_at: float | None = None


@_event("callback.changed")
@dataclass(frozen=True, slots=True)
class CallbackChanged(Body):
    """Another number, queue or time."""

    callback_id: str
    queue: str
    number: str
    by: str
    due_at: float | None = None


@_event("callback.attempted")
@dataclass(frozen=True, slots=True)
class CallbackAttempted(Body):
    """The customer was called, in the event's call. ``result`` as the call's."""

    callback_id: str
    queue: str
    number: str
    attempt: int
    login: str | None
    result: str


@_event("callback.ended")
@dataclass(frozen=True, slots=True)
class CallbackEnded(Body):
    """``result``: ``reached``, ``failed`` (no attempt is left), ``cancelled`` (``cause``: ``called_again``, ``api``,
    ``refused``), ``expired``; ``wait_s`` from the request."""

    callback_id: str
    queue: str
    number: str
    result: str
    cause: str
    attempts: int
    wait_s: float
    login: str | None = None


@_event("campaign.state")
@dataclass(frozen=True, slots=True)
class CampaignState(Body):
    """``running``, ``paused``, ``stopped``, or ``done``: ``running`` with nobody left to call."""

    campaign: str
    state: str
    by: str | None = None


@_event("campaign.offered")
@dataclass(frozen=True, slots=True)
class CampaignOffered(Body):
    """A free agent is shown who is to be called next, and decides before ``until`` (epoch seconds)."""

    campaign: str
    contact_id: str
    number: str
    name: str
    login: str
    until: float


@_event("campaign.withdrawn")
@dataclass(frozen=True, slots=True)
class CampaignWithdrawn(Body):
    """The contact is not shown to the agent any more: time is up, another call came, the campaign rests."""

    campaign: str
    contact_id: str
    login: str


@_event("campaign.attempted")
@dataclass(frozen=True, slots=True)
class CampaignAttempted(Body):
    """One attempt for a contact, in the event's call if there was one.

    ``result``: ``answered``, ``no_answer``, ``busy``, ``failed``, ``cancelled`` (by the agent), ``skipped``, and
    without an attempt ``do_not_call``, ``no_hours``, ``withdrawn``; ``is_last``: no other one follows.
    """

    campaign: str
    contact_id: str
    number: str
    name: str
    attempt: int
    login: str | None
    result: str
    is_last: bool
    talk_s: float = 0.0


# --- Conference rooms -------------------------------------------------------------------------------------------------


@_event("room.talking")
@dataclass(frozen=True, slots=True)
class RoomSpeakers(Body):
    """Who talks in a room now, the loudest first: ``call_id``, ``number``, ``name``, ``login`` of each.

    Told when it changes, twice a second at most; nobody: the list is empty.
    """

    passing: ClassVar[bool] = True
    room: str
    talking: list[dict[str, str | None]]


# --- People, devices, the exchange itself -----------------------------------------------------------------------------


@_event("agent.state")
@dataclass(frozen=True, slots=True)
class AgentStateChanged(Body):
    """``cause``: ``api``, ``code``, ``call``, ``wrap_up_over``, ``restart`` …; ``until`` epoch seconds for wrap-up."""

    login: str
    state: AgentState
    previous: AgentState
    cause: str
    reason: str | None = None
    until: float | None = None


@_event("agent.reachable")
@dataclass(frozen=True, slots=True)
class AgentReachability(Body):
    """A registered telephone of an agent does not answer any more (``on`` false: no calls are offered), or again."""

    login: str
    on: bool
    cause: str


@_event("agent.break_overdue")
@dataclass(frozen=True, slots=True)
class AgentBreakOverdue(Body):
    """A break has lasted as long as one with this reason may."""

    login: str
    reason: str
    max_s: float


@_event("device.registered")
@dataclass(frozen=True, slots=True)
class DeviceRegistered(Body):
    extension: str
    login: str | None
    contact: str
    user_agent: str
    expires_s: int


@_event("device.unregistered")
@dataclass(frozen=True, slots=True)
class DeviceUnregistered(Body):
    extension: str
    login: str | None
    contact: str
    cause: str


@_event("system.alarm")
@dataclass(frozen=True, slots=True)
class SystemAlarm(Body):
    """Something an administrator should know: ``what`` names it (``disk_full``, ``worker_died`` …)."""

    what: str
    detail: str


@_event("mailbox.changed")
@dataclass(frozen=True, slots=True)
class MailboxChanged(Body):
    """Messages of ``box`` were heard, deleted or put there by somebody, at a telephone or at the page."""

    box: str


@_event("switch.turned")
@dataclass(frozen=True, slots=True)
class NightSwitchTurned(Body):
    """A night switch was turned on or off, ``by`` whom (login)."""

    switch: str
    on: bool
    by: str | None = None


@_event("person.setting")
@dataclass(frozen=True, slots=True)
class PersonSettingChanged(Body):
    """A person has set a forward (``value``: where to), or do_not_disturb and the like (``on``); None: no longer."""

    login: str
    setting: str
    value: str | None = None


@_event("company.changed")
@dataclass(frozen=True, slots=True)
class CompanyChanged(Body):
    """The exchange goes by a new version of the company from now on."""


# --- What the office adds to the stream: the CRM, recordings, messages ------------------------------------------------


@_event("lead.created")
@dataclass(frozen=True, slots=True)
class LeadCreated(Body):
    """A caller became a lead; ``source`` is the number dialled, ``repeat`` a known customer with nothing open."""

    lead_id: str
    number: str
    source: str
    responsible: str | None
    repeat: bool
    contact_id: str | None = None


@_event("activity.logged")
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


@_event("recording.ready")
@dataclass(frozen=True, slots=True)
class RecordingReady(Body):
    """The recording can be played."""

    recording_id: str
    duration_s: float


@_event("voicemail.ready")
@dataclass(frozen=True, slots=True)
class VoicemailReady(Body):
    """The message can be played."""

    voicemail_id: str
    box: str
    caller_number: str | None
    duration_s: float


def event_types() -> dict[str, type[Body]]:
    """Every event type by its wire name."""
    return dict(_BODIES)
