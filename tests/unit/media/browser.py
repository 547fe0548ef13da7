"""A browser on the desk: checks, handshake and SRTP by the libraries that the worker uses, in the scene's time."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from aioice import stun
from pylibsrtp import Policy, Session

from pbx.media.dtls import Association, Identity
from pbx.media.messages import LocalMedia, RemoteMedia
from pbx.media.srtp import AEAD_AES_128, AES_CM_128, SrtpKeys
from pbx.media.wire import plain, restore
from pbx.rtp import g711
from pbx.sdp.protection import DtlsParameters, IceParameters
from tests.unit.media.scene import Scene

ADDRESS = "192.0.2.77"
PROFILES = {
    AES_CM_128: Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
    AEAD_AES_128: Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
}


class Browser:
    """One page. ``target`` is the worker's socket; what comes from it is read by ``look``."""

    def __init__(self, scene: Scene, leg: str, port: int, *, setup: str = "actpass", address: str = ADDRESS) -> None:
        self.scene, self.leg, self.source = scene, leg, (address, port)
        self.identity = Identity()
        self.setup = setup
        self.local: LocalMedia = self._open()
        self.target = (self.local.address, self.local.port)
        assert self.local.dtls is not None
        self.association = Association(self.identity, self.local.dtls, is_client=setup != "passive")
        self.keys: SrtpKeys | None = None
        self.sealing: Session | None = None
        self.opening: Session | None = None
        self.responses: list[stun.Message] = []
        self.heard: list[bytes] = []
        self.reports: list[bytes] = []
        self.sequence, self.timestamp, self.ssrc = 100, 8000, port * 31 + 7
        self._seen = len(scene.sent)

    @property
    def remote(self) -> RemoteMedia:
        dtls = DtlsParameters("sha-256", self.identity.fingerprint, self.setup)
        return RemoteMedia("0.0.0.0", 9, rtcp_mux=True, ice=IceParameters("theirs", "x" * 22), dtls=dtls)

    def _open(self) -> LocalMedia:
        offered = plain(self.remote)
        return restore(
            LocalMedia,
            self.scene.do("open_leg", leg=self.leg, signalled_from=self.source[0], secure=True, remote=offered),
        )

    def answer(self, **changes: Any) -> None:
        """The description reaches the worker."""
        self.scene.do("set_remote", leg=self.leg, remote=plain(self.remote) | changes)

    def check(self, *, nominate: bool = True, controlled: bool = False, password: str = "", ufrag: str = "") -> None:
        """One binding request."""
        assert self.local.ice is not None
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{ufrag or self.local.ice.ufrag}:theirs"
        request.attributes["PRIORITY"] = 1
        request.attributes["ICE-CONTROLLED" if controlled else "ICE-CONTROLLING"] = 77
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity((password or self.local.ice.password).encode())
        self.send(bytes(request))

    def send(self, datagram: bytes) -> None:
        self.scene.inject(self.source, self.target, datagram)

    def connect(self) -> None:
        """Checks and handshake, to the end."""
        self.answer()
        self.check()
        self.turn()
        for datagram in self.association.begin().datagrams:
            self.send(datagram)
        for _ in range(6):
            self.turn()
        assert self.keys is not None, "no keys"

    def turn(self) -> None:
        self.scene.run(0.01)
        self.look()

    def look(self) -> None:
        """Read what the worker has sent here."""
        news, self._seen = self.scene.sent[self._seen :], len(self.scene.sent)
        for _, source, target, datagram in news:
            if target == self.source and source == self.target:
                self._take(datagram)

    def _take(self, datagram: bytes) -> None:
        if datagram[0] < 4:
            self.responses.append(stun.parse_message(datagram))
        elif datagram[0] < 64:
            progress = self.association.take(datagram)
            if progress.keys is not None:
                self._key(progress.keys)
            for reply in progress.datagrams:
                self.send(reply)
        elif self.opening is not None:
            if 192 <= datagram[1] <= 223:
                self.reports.append(self.opening.unprotect_rtcp(datagram))
            else:
                self.heard.append(self.opening.unprotect(datagram))

    def _key(self, keys: SrtpKeys) -> None:
        self.keys = keys
        profile = PROFILES[keys.profile]
        self.opening = Session(Policy(key=keys.theirs, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile))
        self.sealing = Session(Policy(key=keys.ours, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile))

    def sealed(self, payload: bytes) -> bytes:
        """The next RTP packet as SRTP."""
        assert self.sealing is not None
        head = struct.pack("!BBHII", 0x80, 0, self.sequence & 0xFFFF, self.timestamp, self.ssrc)
        self.sequence += 1
        self.timestamp += 160
        return self.sealing.protect(head + payload)

    def speak(self, frequency: float, seconds: float) -> None:
        """A tone, a packet every 20 ms."""
        for number in range(round(seconds * 50)):
            at = np.arange(number * 160, number * 160 + 160) / 8000
            samples = (8000 * np.sin(2 * np.pi * frequency * at)).astype(np.int16)
            self.send(self.sealed(g711.encode(samples, 0).tobytes()))
            self.scene.run(0.02)
            self.look()

    def sound(self) -> np.ndarray:
        joined = b"".join(packet[12:] for packet in self.heard)
        return g711.decode(np.frombuffer(joined, np.uint8), 0)
