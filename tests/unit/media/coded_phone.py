"""A telephone of a scene that speaks nothing but Opus or G.722."""

from __future__ import annotations

import numpy as np

from pbx.media.g722 import G722Codec
from pbx.media.opus import OpusDecoder, OpusEncoder
from tests.unit.media.scene import Phone, Scene

PAYLOAD_TYPE = {"G722": 9, "opus": 111}


class CodedPhone(Phone):
    """A peer that speaks nothing but Opus or G.722."""

    def __init__(self, scene: Scene, port: int, codec: str, frequency: float = 0.0) -> None:
        super().__init__(scene, port, frequency=frequency)
        self.codec, self.number = codec, PAYLOAD_TYPE[codec]
        self.rate = 6 if codec == "opus" else 1
        self._encoder = OpusEncoder() if codec == "opus" else G722Codec()

    def remote(self, **fields):
        return super().remote(**({"codec": self.codec, "payload_type": self.number} | fields))

    def frame(self) -> bytes:
        time = np.arange(self.said, self.said + 160) / 8000
        self.said += 160
        return self._encoder.encode((self.loudness * np.sin(2 * np.pi * self.frequency * time)).astype(np.int16))

    def speak(self) -> None:
        self.send(self.packet(self.frame(), self.number))
        self.sequence += 1
        self.timestamp = (self.timestamp + 160 * self.rate) & 0xFFFFFFFF

    def audio(self, since: float = 0.0) -> np.ndarray:
        decoder = OpusDecoder() if self.codec == "opus" else G722Codec()
        parts = [decoder.decode(packet.payload) for at, packet in self.heard if packet.payload_type == self.number]
        times = [at for at, packet in self.heard if packet.payload_type == self.number]
        kept = [part for part, at in zip(parts, times, strict=True) if at >= since]
        return np.concatenate(kept) if kept else np.zeros(0, np.int16)
