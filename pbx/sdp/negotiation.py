"""Offer and answer (RFC 3264)."""

from __future__ import annotations

from pbx.sdp.audio import Agreed, LocalAudio, Origin, RemoteAudio
from pbx.sdp.description import SessionDescription


def remote_audio(description: SessionDescription) -> RemoteAudio:
    """The peer's first audio stream that is not refused. Raises SdpError, NoAgreementError when there is no audio."""
    raise NotImplementedError


def offer(local: LocalAudio, origin: Origin) -> bytes:
    """Our offer."""
    raise NotImplementedError


def answer(offered: RemoteAudio, local: LocalAudio, origin: Origin) -> tuple[bytes, Agreed]:
    """Our answer to an offer. Raises NoAgreementError when no codec is common."""
    raise NotImplementedError


def agree(answered: RemoteAudio, local: LocalAudio) -> Agreed:
    """What the peer's answer to our offer ``local`` means. Raises NoAgreementError."""
    raise NotImplementedError
