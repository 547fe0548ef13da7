"""The peer's side of a session description: its audio (RFC 3264 §5, §6; attributes RFC 8839, 8122, 4568, 3605)."""

from __future__ import annotations

from ipaddress import ip_address

from pbx.sdp.audio import Codec, Direction, RemoteAudio
from pbx.sdp.description import Media, SessionDescription
from pbx.sdp.errors import NoAgreementError, SdpError
from pbx.sdp.protection import CryptoParameters, DtlsParameters, IceParameters

MAX_CODECS = 64
MAX_CANDIDATES = 64
MAX_CRYPTO = 16

_STATIC = {0: ("PCMU", 8000), 3: ("GSM", 8000), 4: ("G723", 8000), 8: ("PCMA", 8000), 9: ("G722", 8000)}
_STATIC |= {13: ("CN", 8000), 18: ("G729", 8000)}
_PROFILES = frozenset(
    {"RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"},
)
_DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
_MAY_BE_UNSPECIFIED = frozenset("0:")  # how an unspecified address begins
_NOT_SPEECH = frozenset({"telephone-event", "cn", "red", "ulpfec"})


def remote_audio(description: SessionDescription) -> RemoteAudio:
    """The peer's audio: the first stream that is not refused, else the first.

    Raises SdpError for what cannot be read, NoAgreementError when there is no audio over RTP at all.
    """
    audio = [
        index
        for index, media in enumerate(description.media)
        if media.kind == "audio" and media.profile.upper() in _PROFILES
    ]
    if not audio:
        raise NoAgreementError("no audio over RTP")
    index = next((index for index in audio if description.media[index].port != 0), audio[0])
    media = description.media[index]
    address = media.address or description.address
    if address is None:
        raise SdpError("no connection address")
    codecs, events, noise = _codecs(media)
    event, event_rate = _event(events)
    direction = _direction(description, media, address)
    return RemoteAudio(
        address=address,
        port=media.port,
        codecs=codecs,
        telephone_event=event,
        telephone_event_rate=event_rate,
        comfort_noise=noise,
        telephone_events=tuple((number, rate) for rate, number in events.items()),
        ptime_ms=_ptime(media),
        direction=direction,
        rtcp_port=_rtcp_port(media),
        rtcp_mux=media.attribute("rtcp-mux") is not None,
        profile=media.profile,
        mid=media.attribute("mid"),
        bundle=_bundle(description),
        ice=_ice(description, media),
        dtls=_dtls(description, media),
        crypto=_crypto(media),
        index=index,
        others=tuple(section.line for section in description.media),
    )


def _codecs(media: Media) -> tuple[tuple[Codec, ...], dict[int, int], int | None]:
    """Codecs in the peer's order; payload types of telephone-event by rate (RFC 4733); that of comfort noise."""
    mapped = dict(_rtpmap(value) for value in media.every("rtpmap")[:MAX_CODECS])
    parameters = {value.partition(" ")[0]: value.partition(" ")[2].strip() for value in media.every("fmtp")}
    codecs: list[Codec] = []
    events: dict[int, int] = {}
    noise: int | None = None
    for text in media.formats[:MAX_CODECS]:
        if not text.isascii() or not text.isdigit() or len(text) > 3 or int(text) > 127:
            raise SdpError(f"not a payload type: {text[:20]!r}")
        number = int(text)
        static = _STATIC.get(number)
        name, rate, channels = mapped.get(number) or ((*static, 1) if static else ("", 0, 1))
        if name.lower() == "telephone-event":
            events.setdefault(rate, number)
        elif name.lower() == "cn" and rate == 8000 and noise is None:
            noise = number
        elif name and name.lower() not in _NOT_SPEECH:
            codecs.append(Codec(number, name, rate, channels, parameters.get(text, "")))
    return tuple(codecs), events, noise


def _event(events: dict[int, int]) -> tuple[int | None, int]:
    """Payload type and rate of the telephone-event that goes with speech at 8 kHz, else of any."""
    if 8000 in events or not events:
        return events.get(8000), 8000
    rate, number = next(iter(events.items()))
    return number, rate


def _rtpmap(value: str) -> tuple[int, tuple[str, int, int]]:
    number, _, encoding = value.partition(" ")
    name, _, rest = encoding.strip().partition("/")
    rate, _, channels = rest.partition("/")
    channels = channels or "1"
    for text, limit in ((number, 127), (rate, 1_000_000), (channels, 255)):
        if not text.isascii() or not text.isdigit() or len(text) > 7 or int(text) > limit:
            raise SdpError(f"not an rtpmap: {value[:60]!r}")
    if not name:
        raise SdpError("an rtpmap without an encoding")
    return int(number), (name, int(rate), int(channels))


def _direction(description: SessionDescription, media: Media, address: str) -> Direction:
    written: Direction = "sendrecv"
    for attributes in (description.attributes, media.attributes):
        for name, _ in attributes:
            for direction in _DIRECTIONS:
                if name == direction:
                    written = direction
    uses_ice = _ice(description, media) is not None
    if _is_unspecified(address) and written in {"sendrecv", "recvonly"} and not uses_ice:
        # The hold of RFC 2543: the peer cannot be sent to (RFC 3264 §8.4). With ICE the address is only not known yet.
        return "sendonly" if written == "sendrecv" else "inactive"
    return written


def _is_unspecified(address: str) -> bool:
    if address[:1] not in _MAY_BE_UNSPECIFIED:
        return False
    try:
        return ip_address(address).is_unspecified
    except ValueError:
        return False


def _ptime(media: Media) -> int:
    value = media.attribute("ptime") or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 and 10 <= int(value) <= 200 else 20


def _rtcp_port(media: Media) -> int:
    """Where the peer receives RTCP (RFC 3605); the next port unless it says otherwise; 0 for a refused stream."""
    if media.port == 0:
        return 0
    if media.attribute("rtcp-mux") is not None:
        return media.port
    value = (media.attribute("rtcp") or "").partition(" ")[0]
    if value.isascii() and value.isdigit() and len(value) <= 5 and 0 < int(value) <= 65535:
        return int(value)
    return media.port + 1 if media.port < 65535 else 0


def _bundle(description: SessionDescription) -> tuple[str, ...]:
    for value in description.every("group"):
        words = value.split()
        if words and words[0].upper() == "BUNDLE":
            return tuple(words[1:33])
    return ()


def _ice(description: SessionDescription, media: Media) -> IceParameters | None:
    ufrag = media.attribute("ice-ufrag") or description.attribute("ice-ufrag")
    password = media.attribute("ice-pwd") or description.attribute("ice-pwd")
    if not ufrag or not password:
        return None
    if len(ufrag) > 256 or len(password) > 256:
        raise SdpError("ICE credentials too long")
    candidates = tuple(media.every("candidate")[:MAX_CANDIDATES])
    return IceParameters(ufrag, password, candidates, description.attribute("ice-lite") is not None)


def _dtls(description: SessionDescription, media: Media) -> DtlsParameters | None:
    value = media.attribute("fingerprint") or description.attribute("fingerprint")
    if not value:
        return None
    algorithm, _, fingerprint = value.partition(" ")
    setup = (media.attribute("setup") or description.attribute("setup") or "actpass").lower()
    if not fingerprint.strip() or setup not in {"actpass", "active", "passive", "holdconn"}:
        raise SdpError("not a fingerprint or setup")
    return DtlsParameters(algorithm.lower(), fingerprint.strip(), setup)


def _crypto(media: Media) -> tuple[CryptoParameters, ...]:
    found = []
    for value in media.every("crypto")[:MAX_CRYPTO]:
        parts = value.split(None, 3)
        if len(parts) < 3 or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 9:
            raise SdpError("not a crypto attribute")
        found.append(CryptoParameters(int(parts[0]), parts[1], parts[2], parts[3] if len(parts) > 3 else ""))
    return tuple(found)
