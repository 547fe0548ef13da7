"""Our side of a session description, line by line (RFC 8866; attributes RFC 8839, 8122, 4568, 4733)."""

from __future__ import annotations

from collections.abc import Sequence

from pbx.sdp.audio import Codec, Direction, LocalAudio, Origin


def session_lines(local: LocalAudio, origin: Origin, bundle: Sequence[str]) -> list[str]:
    """Everything before the first ``m=``."""
    kind = _kind(local.address)
    lines = [
        "v=0",
        f"o=- {origin.session_id} {origin.version} IN {kind} {local.address}",
        "s=-",
        f"c=IN {kind} {local.address}",
        "t=0 0",
    ]
    if local.ice is not None and local.ice.lite:
        lines.append("a=ice-lite")
    if bundle:
        lines.append("a=group:BUNDLE " + " ".join(bundle))
    return lines


def media_lines(
    local: LocalAudio,
    codecs: Sequence[Codec],
    telephone_events: Sequence[tuple[int, int]],
    direction: Direction,
    mid: str | None,
    comfort_noise: int | None = None,
) -> list[str]:
    """The audio section, with the payload types as given; ``telephone_events``: payload type and rate of each."""
    formats = [str(codec.payload_type) for codec in codecs]
    if comfort_noise is not None:
        formats.append(str(comfort_noise))
    formats += [str(number) for number, _ in telephone_events]
    lines = [f"m=audio {local.port} {local.profile} {' '.join(formats)}"]
    for codec in codecs:
        channels = f"/{codec.channels}" if codec.channels > 1 else ""
        lines.append(f"a=rtpmap:{codec.payload_type} {codec.name}/{codec.clock_rate}{channels}")
        if codec.parameters:
            lines.append(f"a=fmtp:{codec.payload_type} {codec.parameters}")
    if comfort_noise is not None:
        lines.append(f"a=rtpmap:{comfort_noise} CN/8000")
    for number, rate in telephone_events:
        lines.append(f"a=rtpmap:{number} telephone-event/{rate}")
        lines.append(f"a=fmtp:{number} 0-16")
    lines.append(f"a=ptime:{local.ptime_ms}")
    if mid is not None:
        lines.append(f"a=mid:{mid}")
    lines += _transport_lines(local)
    lines.append(f"a={direction}")
    return lines


def _transport_lines(local: LocalAudio) -> list[str]:
    lines = []
    if local.rtcp_mux:
        lines.append("a=rtcp-mux")
    elif local.rtcp_port and local.rtcp_port != local.port + 1:
        lines.append(f"a=rtcp:{local.rtcp_port}")
    if local.ice is not None:
        lines += [f"a=ice-ufrag:{local.ice.ufrag}", f"a=ice-pwd:{local.ice.password}"]
        lines += [f"a=candidate:{candidate}" for candidate in local.ice.candidates]
        lines.append("a=end-of-candidates")
    if local.dtls is not None:
        lines += [f"a=fingerprint:{local.dtls.algorithm} {local.dtls.fingerprint}", f"a=setup:{local.dtls.setup}"]
    for crypto in local.crypto:
        rest = f" {crypto.session_parameters}" if crypto.session_parameters else ""
        lines.append(f"a=crypto:{crypto.tag} {crypto.suite} {crypto.key}{rest}")
    return lines


def _kind(address: str) -> str:
    return "IP6" if ":" in address else "IP4"
