"""A media worker on a desk: real core, virtual time, phones that speak in arrays, a network that obeys the test."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pbx.media.batch import Matrix
from pbx.media.commands import Commands
from pbx.media.core import MediaCore, Options
from pbx.media.lookup import address_of, name_of
from pbx.media.messages import Clip, LocalMedia, MediaEvent, RemoteMedia
from pbx.media.ports import Place, places_of
from pbx.media.wire import plain, restore
from pbx.rtp import g711, header
from pbx.rtp.header import Packet

PASS_S = 0.0025
LOOPBACK = "127.0.0.1"
OUTSIDE = "192.0.2.10"

# A network decides when each packet arrives: (sent at, datagram) -> times of arrival, none when it is lost.
Network = Callable[[float, bytes], list[float]]


def perfect(at: float, datagram: bytes) -> list[float]:
    return [at]


class Phone:
    """One peer: speaks a tone every 20 ms while ``frequency`` is set, and keeps what it hears."""

    def __init__(
        self, scene: Scene, port: int, *, address: str = LOOPBACK, law: int = 0, frequency: float = 0.0
    ) -> None:
        self.scene, self.address, self.port, self.law = scene, address, port, law
        self.frequency = frequency
        self.loudness = 8000
        self.sequence, self.timestamp = 65_500 + port % 7, (1 << 32) - 4000 + port
        self.ssrc = port * 7919
        self.ptime = 20
        self.phase_s = (port % 8) * 0.0025
        self.target: tuple[str, int] | None = None
        self.said = 0
        self.started = scene.now
        self.frames = 0
        self.heard: list[tuple[float, Packet]] = []
        self.reports: list[bytes] = []
        self.network: Network = perfect
        scene.phones[(address, port)] = self

    def remote(self, **fields: Any) -> RemoteMedia:
        codec = ("PCMU", "PCMA")[self.law]
        fields = {"payload_type": (0, 8)[self.law], "codec": codec, "telephone_event": 101} | fields
        return RemoteMedia(self.address, self.port, **fields)

    def packet(self, payload: bytes, payload_type: int | None = None, **fields: Any) -> bytes:
        kind = (0, 8)[self.law] if payload_type is None else payload_type
        return header.build(Packet(kind, self.sequence & 0xFFFF, self.timestamp, self.ssrc, payload, **fields))

    def send(self, datagram: bytes) -> None:
        assert self.target is not None
        for at in self.network(self.scene.now, datagram):
            self.scene.deliver(at, (self.address, self.port), self.target, datagram)

    def frame(self) -> bytes:
        """The next frame of the tone."""
        count = self.ptime * 8
        time = np.arange(self.said, self.said + count) / 8000
        self.said += count
        samples = (self.loudness * np.sin(2 * np.pi * self.frequency * time)).astype(np.int16)
        return g711.encode(samples, self.law).tobytes()

    def speak(self) -> None:
        self.send(self.packet(self.frame()))
        self.sequence += 1
        self.timestamp = (self.timestamp + self.ptime * 8) & 0xFFFFFFFF

    def step(self) -> None:
        while (
            self.frequency
            and self.target
            and self.scene.now >= self.started + self.phase_s + self.frames * self.ptime / 1000
        ):
            self.frames += 1
            self.speak()

    def start(self, frequency: float) -> None:
        """Begin to speak now."""
        self.frequency, self.started, self.frames = frequency, self.scene.now, 0

    def audio(self, since: float = 0.0) -> np.ndarray:
        """Everything heard since, as samples in the order of arrival."""
        parts = [
            g711.decode(np.frombuffer(packet.payload, np.uint8), (0, 1)[packet.payload_type == 8])
            for at, packet in self.heard
            if at >= since and packet.payload_type in {0, 8}
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    @property
    def sequences(self) -> list[int]:
        return [packet.sequence for _, packet in self.heard]


class Scene:
    """Core, commands, phones, time."""

    def __init__(self, places: list[Place] | None = None, **options: Any) -> None:
        self.now = 1000.0
        self.events: list[MediaEvent] = []
        self.phones: dict[tuple[str, int], Phone] = {}
        self.places = places or places_of([40000, 40002, 40004, 40006, 40008, 40010, 40012, 40014], [LOOPBACK, OUTSIDE])
        self.core = MediaCore(self.places, self._sent, self.events.append, Options(**options))
        self.commands = Commands(self.core)
        self.sent: list[tuple[float, tuple[str, int], tuple[str, int], bytes]] = []
        self._socket_of = {(place.address, place.port): place.index for place in self.places}
        count = len(self.places)
        self._socket_of |= {(place.address, place.port + 1): place.index + count for place in self.places}
        self._address_of = {index: address for address, index in self._socket_of.items()}
        self._queue: list[tuple[float, int, tuple[str, int], tuple[str, int], bytes]] = []
        self._order = itertools.count()
        self._passes = 0
        self._matrix = Matrix(1024)

    # --- Commands ---

    def do(self, name: str, **fields: Any) -> Any:
        return self.commands.do(name, fields, self.now)

    def open(
        self, leg: str, phone: Phone | None = None, signalled_from: str | None = None, **fields: Any
    ) -> LocalMedia:
        """Open a leg, tell it of its phone, and the phone of it."""
        at = signalled_from or (phone.address if phone is not None else LOOPBACK)
        answer = self.do("open_leg", leg=leg, signalled_from=at, **fields)
        local = restore(LocalMedia, answer)
        if phone is not None:
            phone.target = (local.address, local.port)
            self.do("set_remote", leg=leg, remote=plain(phone.remote()))
        return local

    def call(self, *tones: float, laws: tuple[int, ...] = (0, 0), port: int = 5000) -> list[Phone]:
        """Phones with open legs ``a``, ``b``, …; the first two bridged."""
        phones = []
        for index, tone in enumerate(tones):
            phone = Phone(self, port + 2 * index, law=laws[index % len(laws)], frequency=tone)
            self.open("abcdefgh"[index], phone)
            phones.append(phone)
        if len(phones) >= 2:
            self.do("bridge", leg="a", peer="b")
        return phones

    def play(self, leg: str, *clips: Clip, play_id: str = "p", loop: bool = False) -> None:
        self.do("play", leg=leg, clips=[plain(clip) for clip in clips], play_id=play_id, loop=loop)

    def record(self, path: Path, left: str = "a", right: str = "b", recording: str = "r") -> None:
        self.do("record", recording=recording, path=str(path), left=left, right=right)

    def of(self, kind: type[Any]) -> list[Any]:
        """Events of one type so far."""
        return [event for event in self.events if isinstance(event, kind)]

    # --- Network and time ---

    def deliver(self, at: float, source: tuple[str, int], target: tuple[str, int], datagram: bytes) -> None:
        heapq.heappush(self._queue, (at, next(self._order), source, target, datagram))

    def inject(self, source: tuple[str, int], target: tuple[str, int], datagram: bytes) -> None:
        """A datagram that arrives with the next pass."""
        self.deliver(self.now, source, target, datagram)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / PASS_S)):
            for phone in list(self.phones.values()):
                phone.step()
            self._receive()
            if self._passes % 2 == 0:
                self.core.run_phase(self._passes // 2 % 4, self.now)
            self._passes += 1
            self.now = 1000.0 + self._passes * PASS_S

    def _receive(self) -> None:
        count = 0
        while self._queue and self._queue[0][0] <= self.now + 1e-9:
            _, _, source, target, datagram = heapq.heappop(self._queue)
            if target not in self._socket_of:
                continue
            matrix = self._matrix
            matrix.packets[count, : len(datagram)] = np.frombuffer(datagram, np.uint8)
            matrix.length[count] = len(datagram)
            matrix.source[count] = name_of(*source)
            matrix.socket[count] = self._socket_of[target]
            count += 1
            if count == matrix.rows:
                self.core.receive(matrix, count, self.now)
                count = 0
        if count:
            self.core.receive(self._matrix, count, self.now)

    def _sent(self, matrix: Matrix, rows: Any, length: Any, socket: Any, names: Any) -> None:
        for row, size, index, name in zip(rows.tolist(), length.tolist(), socket.tolist(), names, strict=True):
            datagram = matrix.packets[row, :size].tobytes()
            target, source = address_of(name), self._address_of[index]
            self.sent.append((self.now, source, target, datagram))
            phone = self.phones.get(target)
            if phone is not None and not 192 <= datagram[1] <= 223:
                phone.heard.append((self.now, header.parse(datagram)))
            elif 192 <= datagram[1] <= 223:
                for each in self.phones.values():
                    if each.address == target[0] and target[1] in {each.port, each.port + 1}:
                        each.reports.append(datagram)
            if target in self._socket_of:
                self.deliver(self.now, source, target, datagram)


def strength(samples: np.ndarray, frequency: float) -> float:
    """Amplitude of one frequency (Goertzel by projection), in sample units."""
    if len(samples) == 0:
        return 0.0
    turn = np.exp(-2j * np.pi * frequency * np.arange(len(samples)) / 8000)
    return float(2 * np.abs(np.dot(samples.astype(np.float64), turn)) / len(samples))


def loudest(samples: np.ndarray) -> float:
    """The frequency that is strongest, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / 8000)[int(spectrum.argmax())])


def is_unbroken(phone: Phone) -> bool:
    """One SSRC, each sequence number one more than the last."""
    numbers = phone.sequences
    return len({packet.ssrc for _, packet in phone.heard}) == 1 and all(
        (b - a) & 0xFFFF == 1 for a, b in itertools.pairwise(numbers)
    )
