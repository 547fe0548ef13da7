"""Real sound: one UDP port pair per call, a packet every 20 ms, telephone-event both ways (RFC 3550, 3551, 4733).

One thread serves every stream of the process: it sends what is due on a fixed grid, catching up when the machine was
busy, and files what comes with the time at which the kernel saw it.
"""

from __future__ import annotations

import contextlib
import secrets
import selectors
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from tests.kit.g711 import encode
from tests.kit.sources import FRAME, Silence, Source

TICK_S = 0.020
MOST_LATE_S = 0.5
MOST_PACKETS = 500_000
SO_TIMESTAMPNS = 35
EVENTS = "0123456789*#ABCD"


class Packet(NamedTuple):
    """A received RTP packet; ``at`` in seconds of time.monotonic()."""

    at: float
    sequence: int
    timestamp: int
    ssrc: int
    payload_type: int
    marker: bool
    payload: bytes
    source: tuple[str, int]


class Destination(NamedTuple):
    """Where and how a stream sends."""

    address: tuple[str, int]
    payload_type: int
    codec: str
    telephone_event: int | None


class _Digit:
    """A digit being sent: its event packets share one timestamp, the last is sent three times (RFC 4733 §2.5.1)."""

    def __init__(self, event: int, duration_ms: int, gap_ms: int) -> None:
        self.event = event
        self.packets = max(2, duration_ms // 20)
        self.gap = max(1, gap_ms // 20)
        self.sent = 0
        self.timestamp = 0


class AudioStream:
    """The sound of one call, in and out. Everything may be called from any thread.

    Without ``sound`` the ports are bound and nothing is sent or read: for load, where only signalling counts.
    """

    def __init__(self, address: str = "127.0.0.1", sound: bool = True) -> None:
        self.address = address
        self.socket, self.rtcp_socket = _port_pair(address)
        self.port: int = self.socket.getsockname()[1]
        self.received: list[Packet] = []
        self.rtcp_received: list[bytes] = []
        self.malformed = 0
        self.fault: Exception | None = None
        self.sent = 0
        self.destination: Destination | None = None
        self.source: Source = Silence()
        self.ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._timestamp = secrets.randbits(31)
        self._digits: deque[_Digit] = deque()
        self._marker = True
        self.closed = False
        self._sound = sound
        if sound:
            _MediaThread.shared().add(self)

    def send_to(self, destination: Destination | None) -> None:
        """Send there from the next tick on; None stops."""
        if destination is not None and self.destination is None:
            self._marker = True
        self.destination = destination

    def press(self, digits: Iterable[str], duration_ms: int = 100, gap_ms: int = 80) -> None:
        """Send ``digits`` as telephone-events, one after the other."""
        self._digits.extend(_Digit(EVENTS.index(digit), duration_ms, gap_ms) for digit in digits)

    @property
    def is_pressing(self) -> bool:
        return bool(self._digits)

    def close(self) -> None:
        """Stop both ways and give the ports back."""
        if self.closed:
            return
        self.closed = True
        if self._sound:
            _MediaThread.shared().remove(self)
        else:
            self.socket.close()
            self.rtcp_socket.close()

    def tick(self) -> None:
        """Send what is due for 20 ms."""
        to = self.destination
        frame = self.source.next_frame()
        if to is not None and self._digits and to.telephone_event is not None:
            self._send_digit(self._digits[0], to)
        elif to is not None:
            self._send(to, to.payload_type, self._timestamp, self._marker, encode(frame, to.codec))
            self._marker = False
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF

    def _send_digit(self, digit: _Digit, to: Destination) -> None:
        assert to.telephone_event is not None
        digit.sent += 1
        if digit.sent == 1:
            digit.timestamp = self._timestamp
        if digit.sent > digit.packets:
            if digit.sent > digit.packets + digit.gap:
                self._digits.popleft()
            return
        last = digit.sent == digit.packets
        body = struct.pack("!BBH", digit.event, (0x80 if last else 0) | 10, digit.sent * FRAME)
        for _ in range(3 if last else 1):
            self._send(to, to.telephone_event, digit.timestamp, digit.sent == 1, body)

    def _send(self, to: Destination, payload_type: int, timestamp: int, marker: bool, payload: bytes) -> None:
        header = struct.pack(
            "!BBHII", 0x80, (0x80 if marker else 0) | payload_type, self._sequence, timestamp, self.ssrc
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        with contextlib.suppress(OSError):
            self.socket.sendto(header + payload, to.address)
            self.sent += 1

    def receive(self, at: float, datagram: bytes, source: tuple[str, int]) -> None:
        """File one datagram."""
        if len(datagram) < 12 or datagram[0] >> 6 != 2:
            self.malformed += 1
            return
        first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", datagram)
        start = 12 + 4 * (first & 0x0F)
        if len(self.received) < MOST_PACKETS:
            self.received.append(
                Packet(at, sequence, timestamp, ssrc, second & 0x7F, bool(second & 0x80), datagram[start:], source)
            )


def _port_pair(address: str) -> tuple[socket.socket, socket.socket]:
    """An even port and the next one, both bound (RFC 3550 §11)."""
    while True:
        rtp = socket.socket(family_of(address), socket.SOCK_DGRAM)
        rtcp = socket.socket(family_of(address), socket.SOCK_DGRAM)
        try:
            rtp.bind((address, 0))
            port = rtp.getsockname()[1]
            if port % 2 == 0:
                rtcp.bind((address, port + 1))
                for opened in (rtp, rtcp):
                    opened.setblocking(False)
                with contextlib.suppress(OSError):
                    rtp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
                return rtp, rtcp
        except OSError:
            pass
        rtp.close()
        rtcp.close()


def family_of(address: str) -> socket.AddressFamily:
    """The IP version of an address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def arrival(ancillary: list[tuple[int, int, bytes]]) -> float:
    """When the kernel saw a datagram, on the time.monotonic() scale; now, where the kernel does not say."""
    now = time.monotonic()
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(content) >= 16:
            seconds, nanoseconds = struct.unpack_from("qq", content)
            age: float = time.time() - (seconds + nanoseconds * 1e-9)
            return now - max(0.0, age)
    return now


class _MediaThread(threading.Thread):
    _shared: _MediaThread | None = None
    _lock = threading.Lock()

    def __init__(self) -> None:
        super().__init__(name="kit-media", daemon=True)
        self._selector = selectors.DefaultSelector()
        self._streams: list[AudioStream] = []
        self._arriving: deque[AudioStream] = deque()
        self._leaving: deque[AudioStream] = deque()

    @classmethod
    def shared(cls) -> _MediaThread:
        with cls._lock:
            if cls._shared is None:
                cls._shared = cls()
                cls._shared.start()
            return cls._shared

    def add(self, stream: AudioStream) -> None:
        self._arriving.append(stream)

    def remove(self, stream: AudioStream) -> None:
        self._leaving.append(stream)

    def run(self) -> None:
        due = time.monotonic()
        while True:
            self._admit()
            for key, _ in self._selector.select(max(0.0, due - time.monotonic())):
                stream, is_rtcp = key.data
                self._drain(stream, is_rtcp)
            now = time.monotonic()
            if now - due > MOST_LATE_S:
                due = now
            while due <= now:
                due += TICK_S
                for stream in self._streams:
                    try:
                        stream.tick()
                    except Exception as error:
                        stream.fault = error
                        stream.send_to(None)

    def _admit(self) -> None:
        while self._arriving:
            stream = self._arriving.popleft()
            self._streams.append(stream)
            self._selector.register(stream.socket, selectors.EVENT_READ, (stream, False))
            self._selector.register(stream.rtcp_socket, selectors.EVENT_READ, (stream, True))
        while self._leaving:
            stream = self._leaving.popleft()
            if stream in self._streams:
                self._streams.remove(stream)
                for opened in (stream.socket, stream.rtcp_socket):
                    self._selector.unregister(opened)
                    opened.close()

    @staticmethod
    def _drain(stream: AudioStream, is_rtcp: bool) -> None:
        opened = stream.rtcp_socket if is_rtcp else stream.socket
        for _ in range(256):
            try:
                datagram, ancillary, _, source = opened.recvmsg(2048, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier send
            if is_rtcp:
                stream.rtcp_received.append(datagram)
            else:
                stream.receive(arrival(ancillary), datagram, source[:2])
