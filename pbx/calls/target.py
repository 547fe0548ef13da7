"""One device or trunk that can be rung for a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pbx.calls.party import Party
from pbx.calls.presentation import Presentation
from pbx.media.messages import Clip
from pbx.net.hop import Hop
from pbx.sip.digest_client import Credentials
from pbx.sip.uri import Uri

Device = Literal["any", "browser", "telephone"]
DEVICES: tuple[Device, ...] = ("any", "browser", "telephone")


@dataclass(frozen=True, slots=True)
class Target:
    """Where an INVITE goes (``uri``, through ``hop``) and who answers there.

    ``secure`` asks for DTLS-SRTP (a browser); ``keys``: SRTP keys may be offered where the signalling hides them;
    ``media_networks`` may send sound from elsewhere than the signalling; ``keys_by_info`` wants keys in INFO;
    ``caller_id`` is presented in place of the caller's own number; ``route`` holds the Route headers of the proxies on
    the way (RFC 3327, RFC 3608). Who has said nothing after ``respond_within_s`` is not asked any longer. ``confirm``
    is played to who answers, over and over, until a key says that a person is there (1). ``take`` hands the place on
    the trunk over to the leg that rings; what it returns gives the place back.
    """

    uri: Uri
    hop: Hop
    party: Party
    credentials: Credentials | None = None
    secure: bool = False
    keys: bool = True
    media_networks: tuple[str, ...] = ()
    keys_by_info: bool = False
    codecs: tuple[str, ...] = ()
    early_media: bool = True
    presentation: Presentation | None = None
    caller_id: str | None = None
    route: tuple[str, ...] = ()
    respond_within_s: float | None = None
    confirm: tuple[Clip, ...] = ()
    take: Callable[[], Callable[[], None]] | None = field(default=None, compare=False, repr=False)

    def is_kind(self, device: Device) -> bool:
        """Whether it is of this kind: a browser, or a telephone."""
        return device == "any" or (device == "browser") == self.secure
