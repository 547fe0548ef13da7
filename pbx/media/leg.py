"""What a worker knows of a leg beside its row: what is only touched by commands and rare packets."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pbx.media.course import Course
from pbx.media.messages import RemoteMedia
from pbx.media.ports import Place
from pbx.rtp.telephone_event import Listener, Speaker
from pbx.sdp.protection import CryptoParameters, DtlsParameters

Mode = Literal["listen", "whisper", "barge"]


@dataclass(frozen=True, slots=True)
class Networks:
    """Where a leg's media may come from beside what was announced."""

    pairs: tuple[tuple[int, int], ...] = ()  # (network, mask)
    six: tuple[tuple[int, int], ...] = ()  # the same of IPv6, in 128 bits

    @classmethod
    def of(cls, address: str, trusted: Sequence[str]) -> Networks:
        """The signalling's address and the trusted networks. Raises ValueError."""
        networks = [ipaddress.ip_network(text, strict=False) for text in (address.partition("%")[0], *trusted)]
        of = {
            version: tuple(
                (int(each.network_address), int(each.netmask)) for each in networks if each.version == version
            )
            for version in (4, 6)
        }
        return cls(of[4], of[6])

    def allow(self, address: int, version: int = 4) -> bool:
        """Whether an address, as a number of 32 or 128 bits, is within."""
        return any(address & mask == network for network, mask in (self.six if version == 6 else self.pairs))


@dataclass(slots=True)
class Candidate:
    """A source that may be the leg's peer, once it has sent enough packets in a row."""

    source: int
    ssrc: int
    sequence: int
    packets: int = 1


@dataclass(frozen=True, slots=True)
class Seat:
    """A leg's place in a room."""

    room: str
    hears: bool = True
    speaks: bool = True
    gain: float = 1.0
    tones: bool = False  # whether the room hears this one come and go


@dataclass(slots=True)
class IceState:
    """Our credentials for a browser's leg, and the pairs (keys of socket and source) that it has checked, by time."""

    ufrag: str
    password: str
    former: tuple[str, str] | None = None  # what they were before a restart, until the peer has nominated a pair anew
    pairs: dict[int, float] = field(default_factory=dict)
    selected: int | None = None
    is_nominated: bool = False
    checked_at: float | None = None


@dataclass(slots=True)
class DtlsState:
    """How far a browser's leg is on its way to keys. ``early``: datagrams from before its description was known."""

    expected: DtlsParameters | None = None
    is_client: bool = False
    ticket: int | None = None
    has_failed: bool = False
    early: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class Leg:
    """One leg; ``row`` is its index in the leg table."""

    name: str
    row: int
    place: Place
    peer_address: str
    networks: Networks
    advertised: str
    opened: float
    is_link: bool = False
    ice: IceState | None = None
    dtls: DtlsState | None = None
    crypto: tuple[CryptoParameters, ...] = ()  # keys of ours that travel in the description

    remote: RemoteMedia | None = None
    branches: dict[str, RemoteMedia] = field(default_factory=dict)
    announced: int | None = None  # source as in lookup.source_of
    is_keyed: bool = False  # whether packets from the announced source are ours
    branch_sources: dict[str, int] = field(default_factory=dict)
    latched: int | None = None
    candidate: Candidate | None = None
    was_moved: bool = False
    rtcp: tuple[str, int] | None = None

    peer: str | None = None
    held: bool = False
    muted: bool = False
    echo: bool = False
    seat: Seat | None = None
    supervises: tuple[str, Mode] | None = None

    heard_first: bool = False
    timeout_from: float = 0.0
    speaker: Speaker = field(default_factory=Speaker)
    speaking_since: int = 0
    digits_by_sound: bool = False  # the peer has no telephone events
    answerer_wanted: bool = False  # whether who answered there is still to be judged by its sound
    listener: Listener = field(default_factory=Listener)
    round_trip_s: float | None = None
    report_due: float = 0.0
    heard_of_us: tuple[float, float] | None = None  # loss (0…1) and jitter (ms) of what we send, as the peer reports
    counted_of_us: tuple[int, int] = (0, 0)  # packets lost and the highest sequence of ours, from the same report
    reported_at: float = 0.0  # when the peer's last report came
    last_report: tuple[int, float] = (0, 0.0)  # middle of the peer's NTP time, when it came
    reported: tuple[int, int] = (0, 0)  # expected and received at our last report
    course: Course = field(init=False)

    def __post_init__(self) -> None:
        self.course = Course(self.opened)

    @property
    def knows_peer(self) -> bool:
        """Whether the peer has answered, early at least."""
        return self.remote is not None or bool(self.branches)

    @property
    def is_browser(self) -> bool:
        """Whether the peer is found by ICE and its keys by DTLS."""
        return self.dtls is not None

    @property
    def sources(self) -> list[int]:
        """Every source that has, or had, a key for this leg."""
        return [
            source for source in (self.announced, self.latched, *self.branch_sources.values()) if source is not None
        ]
