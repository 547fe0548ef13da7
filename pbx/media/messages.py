"""What the exchange tells a media worker and what it hears back, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pbx.sdp.protection import CryptoParameters, DtlsParameters, IceParameters


@dataclass(frozen=True, slots=True)
class Clip:
    """One piece of sound to play: a file (8 kHz 16-bit mono WAV), a tone, or silence; ``gain_db`` changes its level.

    ``fade_ms``: it fades in so long, and out under what is played in its place. ``resume``: it goes on where the leg
    heard it last.
    """

    path: str = ""
    tone: str = ""  # "ringback", "beep", "busy", "congestion", "join", "leave"
    silence_ms: int = 0
    gain_db: float = 0.0
    fade_ms: int = 0
    resume: bool = False


@dataclass(frozen=True, slots=True)
class LocalMedia:
    """Where a leg receives: what is written into our SDP."""

    address: str
    port: int
    rtcp_port: int
    worker: int
    ice: IceParameters | None = None
    dtls: DtlsParameters | None = None
    crypto: tuple[CryptoParameters, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """Where the peer receives and how it wants to be spoken to."""

    address: str
    port: int
    payload_type: int = 0
    codec: str = "PCMU"
    telephone_event: int | None = None  # the payload type that the peer wants; what we offered (101) is taken as well
    ptime_ms: int = 20
    rtcp_port: int = 0
    rtcp_mux: bool = False
    ice: IceParameters | None = None
    dtls: DtlsParameters | None = None
    crypto: tuple[CryptoParameters, ...] = ()
    telephone_event_rate: int = 8000
    our_ice: IceParameters | None = None  # fresh ones of ours, where the peer has restarted ICE
    our_crypto: tuple[CryptoParameters, ...] = ()  # what our answer says now, where it is not what it was
    keys_by_info: bool = False  # its keys travel in INFO: neither events nor tones are made for it
    comfort_noise: int | None = None  # the payload type, where the peer takes comfort noise (RFC 3389)


Grade = Literal["good", "fair", "poor"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a leg sounded in the ``span_s`` seconds before ``at`` (since 1970); ``mos`` by ITU-T G.107, 1…4.5.

    ``packets`` came and ``lost`` did not; ``mos`` is None where none was to come. ``loss_sent`` (0…1),
    ``jitter_sent_ms`` and ``mos_sent`` are of our own sound as the peer reports it; None where it does not.
    """

    at: float
    span_s: float
    packets: int
    lost: int
    jitter_ms: float
    mos: float | None = None
    round_trip_ms: float | None = None
    loss_sent: float | None = None
    jitter_sent_ms: float | None = None
    mos_sent: float | None = None

    @property
    def loss(self) -> float:
        """What did not come of what was to come, 0…1."""
        expected = self.packets + self.lost
        return round(self.lost / expected, 5) if expected else 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """Sound of one leg over its life; ``loss`` 0…1 and ``jitter_ms`` as received, ``mos`` by ITU-T G.107.

    ``loss_sent`` and ``jitter_sent_ms`` as the peer has reported them last; ``readings``: how it went over time.
    """

    codec: str
    packets_received: int
    packets_sent: int
    packets_lost: int
    loss: float
    jitter_ms: float
    mos: float
    round_trip_ms: float | None = None
    loss_sent: float | None = None
    jitter_sent_ms: float | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class DigitHeard:
    leg: str
    digit: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    leg: str
    play_id: str
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class MediaStarted:
    """The first packet of the peer was accepted."""

    leg: str


@dataclass(frozen=True, slots=True)
class MediaTimedOut:
    leg: str
    silent_s: float


@dataclass(frozen=True, slots=True)
class MediaMoved:
    """The leg now receives at ``local``, its first port being taken by the same peer address: UPDATE or re-INVITE.

    ``remade``: its worker has died, and the leg was made again: ``in_place``, so that a peer that is not told is still
    heard, or ``elsewhere``.
    """

    leg: str
    local: LocalMedia
    remade: Literal["", "in_place", "elsewhere"] = ""


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """A spool is complete; ``missing``: (from_s, to_s) spans that could not be written."""

    recording: str
    path: str
    duration_s: float
    missing: tuple[tuple[float, float], ...] = ()
    cause: str = "stopped"  # "stopped", "max", "silence", "leg_closed"; "worker_lost": how long it is, nobody knows


@dataclass(frozen=True, slots=True)
class RoomTalking:
    """Who talks in a room now, the loudest first; told at a change, twice a second at most."""

    room: str
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SoundChanged:
    """A leg sounds better or worse than before; ``reading`` says how. What sounds good from the start is not told."""

    leg: str
    grade: Grade
    reading: Reading


@dataclass(frozen=True, slots=True)
class AnswererHeard:
    """Something is known of who has answered on a leg."""

    leg: str


@dataclass(frozen=True, slots=True)
class AnswererJudged(AnswererHeard):
    """Who it is: ``after_ms`` of what was heard, ``spoken_ms`` of them with speech."""

    verdict: Literal["human", "machine", "unknown"]
    after_ms: int
    spoken_ms: int


@dataclass(frozen=True, slots=True)
class AnswererListens(AnswererHeard):
    """The machine that has answered is at the end of its greeting; ``sign``: what told so."""

    sign: Literal["beep", "silence"]


@dataclass(frozen=True, slots=True)
class LegClosed:
    leg: str
    quality: Quality


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """A worker has died; of each of its ``legs`` a MediaMoved or a LegLost will tell what has become of it."""

    worker: int
    legs: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class LegLost:
    """The leg's worker has died, and it could not be made again."""

    leg: str
    detail: str


@dataclass(frozen=True, slots=True)
class MediaAlarm:
    what: str
    detail: str


MediaEvent = (
    DigitHeard
    | PlaybackFinished
    | MediaStarted
    | MediaTimedOut
    | MediaMoved
    | RecordingStopped
    | RoomTalking
    | AnswererJudged
    | AnswererListens
    | SoundChanged
    | LegClosed
    | WorkerLost
    | LegLost
    | MediaAlarm
)
