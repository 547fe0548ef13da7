"""A browser's part, played by aiortc: it offers or answers, speaks a tone and keeps what it hears."""

from __future__ import annotations

import asyncio
import fractions
import math
from dataclasses import replace

import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from av import AudioFrame

from pbx.media.client import MediaPlane
from pbx.media.messages import LocalMedia, RemoteMedia
from pbx.sdp.audio import OPUS, PCMA, PCMU, Codec, LocalAudio, Origin, RemoteAudio
from pbx.sdp.description import parse
from pbx.sdp.negotiation import agree, answer, offer
from pbx.sdp.reading import remote_audio


class Tone(MediaStreamTrack):
    """A sine at 8 kHz in real time."""

    kind = "audio"

    def __init__(self, frequency: float) -> None:
        super().__init__()
        self.frequency = frequency
        self._frames = 0
        self._begun: float | None = None

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._begun = self._begun if self._begun is not None else loop.time()
        await asyncio.sleep(max(0.0, self._begun + self._frames * 0.02 - loop.time()))
        at = np.arange(self._frames * 160, self._frames * 160 + 160) / 8000
        samples = (8000 * np.sin(2 * math.pi * self.frequency * at)).astype(np.int16)
        frame = AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 8000, self._frames * 160, fractions.Fraction(1, 8000)
        self._frames += 1
        return frame


class WebPeer:
    """One page with a microphone."""

    def __init__(self, tone: float, codec: str = "PCMU") -> None:
        self.connection = RTCPeerConnection()
        self.heard: list[np.ndarray] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.connection.on("track", self._on_track)
        transceiver = self.connection.addTransceiver(Tone(tone), direction="sendrecv")
        codec_name = codec.lower()
        codecs = RTCRtpSender.getCapabilities("audio").codecs
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType.lower() == f"audio/{codec_name}"])

    async def call(self, plane: MediaPlane, leg: str, fingerprint: str = "") -> LocalMedia:
        """Offer, and be answered by ``plane`` for ``leg``; ``fingerprint`` is told instead of the true one."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        offered = remote_audio(parse(self.connection.localDescription.sdp.encode()))
        known = media_of(offered, offered.codecs[0])
        local = await plane.open_leg(leg, signalled_from="127.0.0.1", secure=True, remote=known)
        said, agreed = answer(offered, audio_of(local), Origin(1, 1))
        told = media_of(offered, agreed.codec, agreed.telephone_event)
        if fingerprint and told.dtls is not None:
            told = replace(told, dtls=replace(told.dtls, fingerprint=fingerprint))
        plane.set_remote(leg, told)
        await self.connection.setRemoteDescription(RTCSessionDescription(said.decode(), "answer"))
        return local

    async def be_called(self, plane: MediaPlane, leg: str, setup: str = "actpass") -> LocalMedia:
        """Answer an offer of ``plane`` for ``leg``; ``setup`` says who is to begin DTLS."""
        local = await plane.open_leg(leg, signalled_from="127.0.0.1", secure=True)
        ours = audio_of(local)
        assert ours.dtls is not None
        ours = replace(ours, dtls=replace(ours.dtls, setup=setup))
        offered = offer(ours, Origin(1, 1))
        await self.connection.setRemoteDescription(RTCSessionDescription(offered.decode(), "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        answered = remote_audio(parse(self.connection.localDescription.sdp.encode()))
        agreed = agree(answered, ours)
        plane.set_remote(leg, media_of(answered, agreed.codec, agreed.telephone_event))
        return local

    async def connected(self, seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while self.connection.connectionState != "connected":
                await asyncio.sleep(0.02)

    def sound(self, seconds: float = 0.8) -> np.ndarray:
        """The last ``seconds`` heard, 8 kHz."""
        joined = np.concatenate(self.heard) if self.heard else np.zeros(0, np.int16)
        return joined[-round(8000 * seconds) :]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.connection.close()

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.ensure_future(self._listen(track)))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            samples = frame.to_ndarray().reshape(-1)
            channels = len(frame.layout.channels)
            self.heard.append(samples[::channels][:: frame.sample_rate // 8000])


def audio_of(local: LocalMedia) -> LocalAudio:
    assert local.ice is not None
    assert local.dtls is not None
    return LocalAudio(
        local.address,
        local.port,
        codecs=(PCMA, PCMU, OPUS),
        rtcp_port=local.rtcp_port,
        rtcp_mux=True,
        profile="UDP/TLS/RTP/SAVPF",
        ice=local.ice,
        dtls=local.dtls,
    )


def media_of(remote: RemoteAudio, codec: Codec, telephone_event: int | None = None) -> RemoteMedia:
    assert remote.ice is not None
    assert remote.dtls is not None
    made = RemoteMedia(remote.address, remote.port, codec.payload_type, codec.name, rtcp_mux=True)
    return replace(
        made,
        telephone_event=telephone_event,
        ice=remote.ice,
        dtls=remote.dtls,
    )
