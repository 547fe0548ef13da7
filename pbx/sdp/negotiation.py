"""Offer and answer (RFC 3264; BUNDLE RFC 9143, rtcp-mux RFC 5761)."""

from __future__ import annotations

from dataclasses import replace

from pbx.sdp.audio import (
    COMFORT_NOISE,
    G711,
    OPUS,
    TELEPHONE_EVENT_48K,
    Agreed,
    Codec,
    Direction,
    LocalAudio,
    Origin,
    RemoteAudio,
    reverse,
)
from pbx.sdp.errors import NoAgreementError
from pbx.sdp.protection import DtlsParameters
from pbx.sdp.writing import media_lines, session_lines


def offer(local: LocalAudio, origin: Origin) -> bytes:
    """Our offer: one audio stream with every codec of ``local``; the peer chooses its part in DTLS (RFC 8842 §5.2)."""
    if local.dtls is not None:
        local = replace(local, dtls=replace(local.dtls, setup="actpass"))
    lines = session_lines(local, origin, bundle=() if local.mid is None else (local.mid,))
    noise = COMFORT_NOISE if local.comfort_noise else None
    lines += media_lines(local, local.codecs, _events(local), local.direction, mid=local.mid, comfort_noise=noise)
    return _join(lines)


def answer(offered: RemoteAudio, local: LocalAudio, origin: Origin) -> tuple[bytes, Agreed]:
    """Our answer: the best codec of ours that the offer has, with the offer's payload types; other streams refused.

    Raises NoAgreementError when no codec is common (488).
    """
    agreed = _agreed(offered, local, _ours_first(offered, local))
    described = replace(
        local,
        profile=offered.profile,
        rtcp_mux=offered.rtcp_mux,
        ptime_ms=agreed.ptime_ms,
        dtls=_role(offered, local),
    )
    ours = [replace(agreed.codec, parameters=_parameters(agreed.codec, local))]
    bundle = tuple(mid for mid in offered.bundle if mid == offered.mid)
    lines = session_lines(described, origin, bundle=bundle)
    events = [] if agreed.telephone_event is None else [(agreed.telephone_event, agreed.telephone_event_rate)]
    for index in range(max(1, len(offered.others))):
        if index == offered.index:
            noise = agreed.comfort_noise
            lines += media_lines(described, ours, events, agreed.direction, mid=offered.mid, comfort_noise=noise)
        else:
            lines.append(_refusal(offered.others[index]))
    return _join(lines), agreed


def agree(remote: RemoteAudio, local: LocalAudio) -> Agreed:
    """What the peer's answer to our offer means: it speaks the first codec of its answer (RFC 3264 §7).

    Of the two laws of G.711 it is the one that we like better. The payload types are the peer's, because that is what
    it expects to receive (RFC 3264 §6.1). Raises NoAgreementError when no codec is common, or the stream was refused.
    """
    return _agreed(remote, local, _theirs_first(remote, local))


def _agreed(remote: RemoteAudio, local: LocalAudio, codec: Codec | None) -> Agreed:
    if remote.port == 0:
        raise NoAgreementError("the stream is refused")
    if (remote.dtls is not None) != (local.dtls is not None) and _wants_encryption(remote, local):
        raise NoAgreementError(f"{remote.profile} with one side's keys only")
    if codec is None:
        offered = ", ".join(codec.name for codec in remote.codecs) or "nothing"
        raise NoAgreementError(f"no common codec: the peer has {offered}")
    event, rate = _event_beside(codec, remote)
    return Agreed(
        codec=codec,
        telephone_event=event if local.telephone_event is not None else None,
        ptime_ms=remote.ptime_ms,
        direction=_direction(remote, local),
        telephone_event_rate=rate,
        comfort_noise=remote.comfort_noise if local.comfort_noise and codec.clock_rate == 8000 else None,
    )


def _role(offered: RemoteAudio, local: LocalAudio) -> DtlsParameters | None:
    """Who begins the DTLS handshake is decided by the answer: the peer, unless it wants us to (RFC 5763 §5)."""
    if local.dtls is None or offered.dtls is None:
        return local.dtls
    return replace(local.dtls, setup=settled_role(offered.dtls.setup, local.dtls.setup))


def settled_role(theirs: str, ours: str) -> str:
    """Ours, ``active`` or ``passive``, beside a peer that says ``theirs``: what it was before, if that is left open."""
    if theirs == "actpass" and ours in {"active", "passive"}:
        return ours
    return "active" if theirs == "passive" else "passive"


def _ours_first(remote: RemoteAudio, local: LocalAudio) -> Codec | None:
    """The best of our codecs that the peer has, as the peer numbers it."""
    return next((theirs for ours in local.codecs for theirs in remote.codecs if theirs.is_same_encoding(ours)), None)


def _theirs_first(remote: RemoteAudio, local: LocalAudio) -> Codec | None:
    first = next((each for each in remote.codecs if any(each.is_same_encoding(ours) for ours in local.codecs)), None)
    if first is None or first.name.lower() not in G711:
        return first
    return _ours_first(remote, replace(local, codecs=tuple(c for c in local.codecs if c.name.lower() in G711)))


def _event_beside(codec: Codec, remote: RemoteAudio) -> tuple[int | None, int]:
    """Payload type and rate of the events that go with ``codec``: those of its clock, if there are any."""
    for number, rate in remote.telephone_events:
        if rate == codec.clock_rate:
            return number, rate
    return remote.telephone_event, remote.telephone_event_rate


def _events(local: LocalAudio) -> list[tuple[int, int]]:
    """The events that we offer: at 8 kHz, and at the clock of Opus where that is offered."""
    if local.telephone_event is None:
        return []
    wide = any(codec.clock_rate == OPUS.clock_rate for codec in local.codecs)
    return [(local.telephone_event, 8000), *([(TELEPHONE_EVENT_48K, OPUS.clock_rate)] if wide else [])]


def _parameters(codec: Codec, local: LocalAudio) -> str:
    """What we say of a codec is what we want to receive (RFC 7587 §7)."""
    return next((ours.parameters for ours in local.codecs if ours.is_same_encoding(codec)), codec.parameters)


def _direction(remote: RemoteAudio, local: LocalAudio) -> Direction:
    """Ours, as far as the peer's allows it (RFC 3264 §6.1)."""
    allowed = reverse(remote.direction)
    sends = allowed in {"sendrecv", "sendonly"} and local.direction in {"sendrecv", "sendonly"}
    receives = allowed in {"sendrecv", "recvonly"} and local.direction in {"sendrecv", "recvonly"}
    if sends and receives:
        return "sendrecv"
    if sends:
        return "sendonly"
    return "recvonly" if receives else "inactive"


def _wants_encryption(remote: RemoteAudio, local: LocalAudio) -> bool:
    """Whether either side needs more than plain RTP, beside which a fingerprint is but an offer (RFC 8643 §3)."""
    return local.dtls is not None or "SAVP" in remote.profile.upper()


def _refusal(line: str) -> str:
    """The same ``m=`` line with port 0 (RFC 3264 §6)."""
    parts = line.split()
    return f"m={parts[0]} 0 {' '.join(parts[2:])}"


def _join(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("utf-8", "surrogateescape")
