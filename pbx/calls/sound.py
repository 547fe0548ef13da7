"""The sound of one leg: its media leg, and the offers and answers that describe it (RFC 3264)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pbx.calls.credentials import rekeyed, restarted
from pbx.calls.errors import NoCommonCodecError, WrongStateError
from pbx.media import g722, opus
from pbx.media.client import MediaPlane
from pbx.media.messages import LocalMedia, RemoteMedia
from pbx.media.wire import plain, restore
from pbx.sdp.audio import G722, OPUS, PCMA, PCMU, Agreed, Codec, Direction, LocalAudio, Origin, RemoteAudio, reverse
from pbx.sdp.description import parse
from pbx.sdp.errors import SdpError
from pbx.sdp.negotiation import agree, answer, offer, settled_role
from pbx.sdp.protection import CryptoParameters
from pbx.sdp.reading import remote_audio

NARROW = (PCMA, PCMU)  # relayed, mixed and played at no cost
CODECS = (*NARROW, *([G722] if g722.is_available() else []), *([OPUS] if opus.is_available() else []))

VERSIONS_SKIPPED = 1000  # of our descriptions: how many an exchange may make after what it has written down


class Sound:
    """What is offered, answered and agreed for one leg; the media plane follows.

    ``is_held`` tells whether the peer has asked not to hear us. Descriptions that cannot be used raise
    NoCommonCodecError.
    """

    def __init__(self, leg: str, plane: MediaPlane) -> None:
        self._leg = leg
        self._plane = plane
        self._local: LocalAudio | None = None
        self._origin = Origin(zlib.crc32(leg.encode()), 0)
        self._said: bytes = b""
        self._place: LocalMedia | None = None
        self._told: tuple[str, bytes] = ("", b"")  # the peer's last description, an offer or an answer
        self.remote: RemoteAudio | None = None
        self.agreed: Agreed | None = None
        self._likely: str | None = None
        self.is_held = False
        self._renewed = (False, False)  # whether ICE credentials, and SRTP keys, are others than the plane knows
        self.keys_by_info = False  # before it is opened: the peer's keys travel in INFO, and no other way
        self.only: tuple[str, ...] = ()  # before it is opened: the only codecs that the peer is to hear of; empty: all
        self.keys_required = False  # before it is opened: no sound without SRTP, whichever side offers
        self.was_open = False

    @property
    def is_open(self) -> bool:
        return self._local is not None

    @property
    def offers_keys(self) -> bool:
        """Whether our description has SRTP keys in it (RFC 4568)."""
        return self._local is not None and bool(self._local.crypto)

    @property
    def codec(self) -> str | None:
        """Name of the codec agreed on, or that will be: what the peer's offer and we have in common."""
        return self.agreed.codec.name if self.agreed is not None else self._likely

    async def open(
        self,
        signalled_from: str,
        *,
        trusted: Sequence[str] = (),
        beside: str | None = None,
        secure: bool = False,
        prefer: str | None = None,
        offered: bytes | None = None,
        narrow: bool = False,
        sdes: bool = False,
    ) -> None:
        """Take a place in the media plane. ``prefer`` names the codec that spares a conversion, ``offered`` is what the
        peer has announced already; that decides whether the leg is ``secure``, as a browser's is. ``narrow``: offer
        nothing beside G.711, ``prefer`` and what the peer has; ``sdes``: offer SRTP with keys in the description.
        Raises MediaError, NoCommonCodecError.
        """
        if self._local is not None:
            return
        announced, theirs = None, set[str]()
        if offered is not None:
            theirs = {codec.name.lower() for codec in self._read(offered).codecs}
            announced = _announced(offered)
        local = await self._plane.open_leg(
            self._leg,
            signalled_from=signalled_from,
            trusted=trusted,
            beside=beside,
            secure=secure if announced is None else announced.dtls is not None,
            sdes=sdes or (self.keys_required and announced is None and not secure),
            family=_family(announced.address if announced is not None else signalled_from),
            remote=announced,
        )
        codecs = self._preferring(prefer)
        if narrow:
            codecs = tuple(one for one in codecs if one in NARROW or one.name == prefer or one.name.lower() in theirs)
        self._place = local
        self._local = _local_audio(local, codecs)
        self._likely = announced.codec if announced is not None else None
        self.was_open = True

    def _preferring(self, codec: str | None) -> tuple[Codec, ...]:
        codecs = _preferring(codec)
        only = {name.lower() for name in self.only}
        return tuple(one for one in codecs if one.name.lower() in only) if only else codecs

    def prefer(self, codec: str | None) -> None:
        """Answer in ``codec`` if the peer has it: that of the other side, so that nothing is converted."""
        if self._local is not None and self.agreed is None:
            self._local = replace(self._local, codecs=self._preferring(codec))

    def move(self, local: LocalMedia) -> None:
        """The media plane has given the leg another place, or has made it again; the next description says so."""
        if self._local is None or self._place is None:
            return
        self._place = replace(
            local, ice=local.ice or self._place.ice, dtls=local.dtls or self._place.dtls, crypto=self._place.crypto
        )
        made = _local_audio(local, self._local.codecs)
        self._local = replace(self._local, address=made.address, port=made.port, rtcp_port=made.rtcp_port)
        if made.dtls is not None:
            self._local = replace(self._local, ice=made.ice, dtls=made.dtls)

    def offer(self) -> bytes:
        """Our description as an offer; of comfort noise it speaks to a peer that has done so itself."""
        noise = self.agreed is not None and self.agreed.comfort_noise is not None
        self._said = offer(replace(self._ours("sendrecv"), comfort_noise=noise), self._next_origin())
        return self._said

    def answer(self, sdp: bytes) -> bytes:
        """Our answer to the peer's offer; sound flows by it from now on."""
        offered = self._read(sdp)
        self._renew(offered)
        ours = self._ours(reverse(offered.direction))
        try:
            said, agreed = answer(offered, ours, self._next_origin())
        except SdpError as error:
            raise NoCommonCodecError(str(error)) from None
        self._told = "offer", sdp
        self._agree(offered, agreed)
        return said

    def take_answer(self, sdp: bytes, branch: str = "", early: bool = False) -> None:
        """The peer's answer to our offer; ``early`` while several branches may still answer."""
        answered = self._read(sdp)
        if self.offers_keys and answered.profile.startswith("RTP/SAVP") and not answered.crypto:
            raise NoCommonCodecError("SRTP without keys is answered")
        try:
            agreed = agree(answered, self._ours("sendrecv"))
        except SdpError as error:
            raise NoCommonCodecError(str(error)) from None
        if early:
            self._plane.set_remote(self._leg, self._told_media(answered, agreed), branch=branch)
        else:
            self._told = "answer", sdp
            self._agree(answered, agreed, branch)

    # --- From one exchange to the next --------------------------------------------------------------------------------

    def document(self) -> dict[str, Any] | None:
        """What the next exchange needs to go on with this sound, as JSON types; None without an agreement."""
        local, place = self._local, self._place
        if local is None or place is None or self.agreed is None:
            return None
        if place.dtls is not None and local.dtls is not None:
            place = replace(place, dtls=replace(place.dtls, setup=local.dtls.setup))
        kind, sdp = self._told
        return {
            "local": plain(place),
            "codecs": [codec.name for codec in local.codecs],
            "options": self._plane.options_of(self._leg),
            "peer": [kind, sdp.decode("latin-1")],
            "version": self._origin.version,
            "keys_by_info": self.keys_by_info,
        }

    def resume(self, told: dict[str, Any]) -> bool:
        """Go on as ``document`` says; False when the sound is no longer there. Raises NoCommonCodecError."""
        place = restore(LocalMedia, told["local"])
        codecs = tuple(codec for name in told["codecs"] for codec in CODECS if codec.name == name)
        self._local, self._place = _local_audio(place, codecs), place
        self.keys_by_info = told.get("keys_by_info", False) is True
        kind, text = told["peer"]
        self._told = kind, text.encode("latin-1")
        self._origin = replace(self._origin, version=told["version"] + VERSIONS_SKIPPED)
        remote = _read(self._told[1])
        ours = self._ours(reverse(remote.direction) if kind == "offer" else "sendrecv")
        try:
            agreed = answer(remote, ours, self._origin)[1] if kind == "offer" else agree(remote, ours)
        except SdpError as error:
            raise NoCommonCodecError(str(error)) from None
        self.remote, self.agreed, self.is_held, self.was_open = remote, agreed, remote.is_held, True
        if self._plane.adopt(self._leg, place, told["options"], self._told_media(remote, agreed)):
            return True
        self._local = None
        return False

    def close(self) -> None:
        if self._local is not None:
            self._plane.close_leg(self._leg)
            self._local = None

    def _agree(self, remote: RemoteAudio, agreed: Agreed, branch: str = "") -> None:
        if self._local is not None and self._local.dtls is not None and remote.dtls is not None:
            # Who began the handshake stays who it was: later offers leave it open again (RFC 8842 §5.5).
            ours = settled_role(remote.dtls.setup, self._local.dtls.setup)
            self._local = replace(self._local, dtls=replace(self._local.dtls, setup=ours))
            theirs = "passive" if ours == "active" else "active"
            remote = replace(remote, dtls=replace(remote.dtls, setup=theirs))
        self.remote = remote
        self.agreed = agreed
        self.is_held = remote.is_held
        self._plane.set_remote(self._leg, self._told_media(remote, agreed), branch=branch)

    def _read(self, sdp: bytes) -> RemoteAudio:
        remote = _read(sdp)
        if self.keys_required and not _has_keys(remote):
            raise NoCommonCodecError("SRTP is required")
        return remote

    def _renew(self, offered: RemoteAudio) -> None:
        """Fresh credentials for a peer that restarts ICE, and the line for the keys that it offers now."""
        local = self._local
        if local is None or self.remote is None:
            return
        ice, crypto = restarted(local.ice, self.remote, offered), rekeyed(local.crypto, offered)
        self._renewed = ice is not local.ice, crypto != local.crypto
        self._local = replace(local, ice=ice, crypto=crypto)
        if self._place is not None:
            self._place = replace(self._place, ice=ice, crypto=crypto)

    def _told_media(self, remote: RemoteAudio, agreed: Agreed) -> RemoteMedia:
        told = replace(_remote_media(remote, agreed), keys_by_info=self.keys_by_info)
        (ice, crypto), self._renewed = self._renewed, (False, False)
        if ice and self._local is not None:
            told = replace(told, our_ice=self._local.ice)
        if crypto and self._local is not None:
            told = replace(told, our_crypto=self._local.crypto)
        return told

    def _ours(self, direction: Direction) -> LocalAudio:
        if self._local is None:
            raise WrongStateError("this leg has no sound")
        mid = self._local.mid if self.remote is None else self.remote.mid
        event = None if self.keys_by_info else self._local.telephone_event
        return replace(self._local, direction=direction, mid=mid, telephone_event=event)

    def _next_origin(self) -> Origin:
        self._origin = replace(self._origin, version=self._origin.version + 1)
        return self._origin


@lru_cache(maxsize=64)
def _read(sdp: bytes) -> RemoteAudio:
    """What ``sdp`` describes: it is asked for several times while a call is set up."""
    try:
        return remote_audio(parse(sdp))
    except SdpError as error:
        raise NoCommonCodecError(str(error)) from None


def has_keys(sdp: bytes) -> bool:
    """Whether what ``sdp`` describes is encrypted (SRTP, by SDES or DTLS). Raises NoCommonCodecError."""
    return _has_keys(_read(sdp))


def _has_keys(remote: RemoteAudio) -> bool:
    return "SAVP" in remote.profile.upper() and bool(remote.crypto or remote.dtls)


def _announced(sdp: bytes) -> RemoteMedia:
    remote = _read(sdp)
    if "SAVP" not in remote.profile.upper():
        remote = replace(remote, ice=None, dtls=None)  # what stands beside plain RTP is but an offer (RFC 8643 §3)
    elif (remote.ice is None) != (remote.dtls is None):
        raise NoCommonCodecError("DTLS and ICE are spoken together only")
    common = [ours for ours in CODECS if any(ours.is_same_encoding(offered) for offered in remote.codecs)]
    if not common:
        raise NoCommonCodecError("no codec that we speak is offered")
    return RemoteMedia(
        remote.address,
        remote.port,
        codec=common[0].name,
        rtcp_port=remote.rtcp_port,
        rtcp_mux=remote.rtcp_mux,
        ice=remote.ice,
        dtls=remote.dtls,
        crypto=_crypto(remote),
    )


def _family(address: str) -> int:
    """The IP version in which we answer, or offer."""
    return 6 if ":" in address else 4


def _preferring(name: str | None) -> tuple[Codec, ...]:
    """Ours, the one called ``name`` first."""
    return tuple(sorted(CODECS, key=lambda codec: codec.name.lower() != (name or "").lower()))


def _local_audio(local: LocalMedia, codecs: tuple[Codec, ...]) -> LocalAudio:
    dtls = local.dtls
    return LocalAudio(
        address=local.address,
        port=local.port,
        codecs=codecs,
        comfort_noise=dtls is None,
        rtcp_port=local.rtcp_port,
        rtcp_mux=dtls is not None,
        profile="UDP/TLS/RTP/SAVPF" if dtls is not None else "RTP/SAVP" if local.crypto else "RTP/AVP",
        mid="0" if dtls is not None else None,
        ice=local.ice,
        dtls=dtls,
        crypto=local.crypto,
    )


def _remote_media(remote: RemoteAudio, agreed: Agreed) -> RemoteMedia:
    return RemoteMedia(
        address=remote.address,
        port=remote.port,
        payload_type=agreed.codec.payload_type,
        codec=agreed.codec.name,
        telephone_event=agreed.telephone_event,
        telephone_event_rate=agreed.telephone_event_rate,
        comfort_noise=agreed.comfort_noise,
        ptime_ms=agreed.ptime_ms,
        rtcp_port=remote.rtcp_port,
        rtcp_mux=remote.rtcp_mux,
        ice=remote.ice,
        dtls=remote.dtls,
        crypto=_crypto(remote),
    )


def _crypto(remote: RemoteAudio) -> tuple[CryptoParameters, ...]:
    """The peer's keys, where the profile says that they are used (RFC 4568 §3.1.3)."""
    if not remote.profile.startswith("RTP/SAVP"):
        return ()
    return remote.crypto
