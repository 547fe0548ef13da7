"""What a leg tells whoever it belongs to at the moment: the ringing, the call, the connection."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.sip.session_events import ReferReceived


@dataclass(frozen=True, slots=True)
class Rang:
    """The peer rings; ``early``: its sound is already there to be heard."""

    status: int
    early: bool = False


@dataclass(frozen=True, slots=True)
class Took:
    """The peer has answered, and its sound is agreed on."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The peer did not answer; ``rang`` tells whether it rang before. The last event.

    ``elsewhere``: whom a telephone wants called instead (a 3xx, RFC 3261 §21.3), "" for nobody.
    """

    status: int
    reason: str
    rang: bool
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key of the peer's telephone."""

    digit: str
    by_info: bool


@dataclass(frozen=True, slots=True)
class FinishedPlaying:
    play_id: str


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """The peer has put us on hold, or has come back."""

    on: bool


@dataclass(frozen=True, slots=True)
class TransferAsked:
    refer: ReferReceived


@dataclass(frozen=True, slots=True)
class Gone:
    """The leg is over without the owner's doing; the last event.

    ``cause``: ``bye``, ``cancel``, ``media_timeout``, ``worker_lost``, ``no_common_codec``, or what ended the session.
    """

    by_peer: bool
    cause: str


LegEvent = Rang | Took | Refused | Pressed | FinishedPlaying | HoldChanged | TransferAsked | Gone
