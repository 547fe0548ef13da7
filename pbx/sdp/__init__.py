"""Session descriptions and the offer/answer model (RFC 8866, RFC 3264), without I/O."""

from pbx.sdp.audio import G722, OPUS, PCMA, PCMU, Agreed, Codec, Direction, LocalAudio, Origin, RemoteAudio, reverse
from pbx.sdp.description import Media, SessionDescription, parse
from pbx.sdp.errors import NoAgreementError, SdpError
from pbx.sdp.negotiation import agree, answer, offer
from pbx.sdp.protection import CryptoParameters, DtlsParameters, IceParameters
from pbx.sdp.reading import remote_audio

__all__ = [
    "G722",
    "OPUS",
    "PCMA",
    "PCMU",
    "Agreed",
    "Codec",
    "CryptoParameters",
    "Direction",
    "DtlsParameters",
    "IceParameters",
    "LocalAudio",
    "Media",
    "NoAgreementError",
    "Origin",
    "RemoteAudio",
    "SdpError",
    "SessionDescription",
    "agree",
    "answer",
    "offer",
    "parse",
    "remote_audio",
    "reverse",
]
