"""What a session description says about sound, from either side (RFC 8866, RFC 3264, RFC 4733)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pbx.sdp.protection import CryptoParameters, DtlsParameters, IceParameters

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

_REVERSED: dict[Direction, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


def reverse(direction: Direction) -> Direction:
    """A direction as the other side sees it."""
    return _REVERSED[direction]


@dataclass(frozen=True, slots=True)
class Codec:
    """An encoding with its payload type; ``name`` as registered ("PCMA", "opus"), compared without case."""

    payload_type: int
    name: str
    clock_rate: int = 8000
    channels: int = 1
    parameters: str = ""  # the value of a=fmtp

    def is_same_encoding(self, other: Codec) -> bool:
        """Whether both name one encoding, whatever the payload type."""
        return (self.name.lower(), self.clock_rate, self.channels) == (
            other.name.lower(),
            other.clock_rate,
            other.channels,
        )


PCMU = Codec(0, "PCMU")
PCMA = Codec(8, "PCMA")
G722 = Codec(9, "G722")
OPUS = Codec(111, "opus", 48000, 2, "minptime=10;useinbandfec=1")
G711 = frozenset({"pcmu", "pcma"})  # what turns into each other at no cost
COMFORT_NOISE = 13
TELEPHONE_EVENT_48K = 110  # beside Opus, whose clock events have to share (RFC 4733 §2.2)


@dataclass(frozen=True, slots=True)
class RemoteAudio:
    """The peer's audio. ``codecs`` in its order without telephone-event, whose payload type stands apart.

    ``direction`` is the peer's: ``sendonly`` means that it holds us; an address of 0.0.0.0 counts as that. ``is_held``
    tells. ``port`` 0: the stream is refused. ``index`` and ``others`` keep the m= lines for the answer (RFC 3264 §6).
    """

    address: str
    port: int
    codecs: tuple[Codec, ...]
    telephone_event: int | None = None
    telephone_event_rate: int = 8000
    telephone_events: tuple[tuple[int, int], ...] = ()  # payload type and rate of each that is offered
    comfort_noise: int | None = None  # payload type at 8 kHz (RFC 3389)
    ptime_ms: int = 20
    direction: Direction = "sendrecv"
    rtcp_port: int = 0
    rtcp_mux: bool = False
    profile: str = "RTP/AVP"
    mid: str | None = None
    bundle: tuple[str, ...] = ()
    ice: IceParameters | None = None
    dtls: DtlsParameters | None = None
    crypto: tuple[CryptoParameters, ...] = ()
    index: int = 0
    others: tuple[str, ...] = ()  # every m= line of the offer, to be mirrored

    @property
    def is_held(self) -> bool:
        """Whether the peer does not want to hear us."""
        return self.direction in {"sendonly", "inactive"}


@dataclass(frozen=True, slots=True)
class LocalAudio:
    """Ours: where we receive, and which codecs, best first. ``direction`` is as we see it."""

    address: str
    port: int
    codecs: tuple[Codec, ...] = (PCMA, PCMU)
    telephone_event: int | None = 101
    comfort_noise: bool = False  # whether it is offered, and taken where it is offered
    ptime_ms: int = 20
    direction: Direction = "sendrecv"
    rtcp_port: int = 0
    rtcp_mux: bool = False
    profile: str = "RTP/AVP"
    ice: IceParameters | None = None
    dtls: DtlsParameters | None = None
    crypto: tuple[CryptoParameters, ...] = ()
    mid: str | None = None  # of our offers; an answer has the offer's


@dataclass(frozen=True, slots=True)
class Origin:
    """``o=``: the version rises with each change (RFC 3264 §8)."""

    session_id: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Agreed:
    """What offer and answer agree on; ``codec`` and ``telephone_event`` with the payload types that the *peer* expects.

    ``direction`` is ours. ``telephone_event_rate`` is the clock of its events.
    """

    codec: Codec
    telephone_event: int | None
    ptime_ms: int
    direction: Direction
    telephone_event_rate: int = 8000
    comfort_noise: int | None = None
