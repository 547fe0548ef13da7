import numpy as np

from tests.kit import g711
from tests.kit.heard import Heard
from tests.kit.rtp import Packet
from tests.kit.sources import Tone

SOURCE = ("192.0.2.1", 4000)


class Line:
    """Packets of a tone, as they would come every 20 ms from second 100 on."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.tone = Tone(440)
        self.at, self.sequence, self.timestamp, self.ssrc = 100.0, 65530, 0xFFFFFF00, 7
        self.heard = Heard(lambda: self.packets, lambda: self.at)

    def send(self, count: int = 1, late: float = 0.0) -> None:
        for _ in range(count):
            payload = g711.encode(self.tone.next_frame(), "PCMU")
            self.packets.append(
                Packet(self.at + late, self.sequence, self.timestamp, self.ssrc, 0, False, payload, SOURCE)
            )
            self.skip()

    def skip(self, count: int = 1) -> None:
        self.at += 0.02 * count
        self.sequence = (self.sequence + count) % 0x10000
        self.timestamp = (self.timestamp + 160 * count) % 0x100000000


def test_sound_is_placed_by_time_across_wrapping_numbers() -> None:
    line = Line()
    line.send(50)
    assert len(line.heard.pcm) == 8000
    assert line.heard.quality.is_continuous
    assert not line.heard.quality.timestamp_jumps
    assert np.array_equal(line.heard.between(100.5, 101.0), line.heard.pcm[4000:])


def test_what_is_lost_is_silent_and_counted() -> None:
    line = Line()
    line.send(10)
    line.skip(5)
    line.send(10)
    assert line.heard.quality.lost == 5
    assert not np.any(line.heard.between(100.2, 100.3))


def test_a_late_burst_moves_nothing() -> None:
    line = Line()
    line.send(10)
    line.send(5, late=0.1)
    line.send(10)
    assert line.heard.resyncs == 0
    assert len(line.heard.pcm) == 25 * 160


def test_a_sender_whose_clock_slips_is_followed() -> None:
    line = Line()
    line.send(50)
    line.at += 0.2
    line.send(100)
    assert line.heard.resyncs == 1
    assert np.any(line.heard.last(0.02)), "what comes now is heard now"


def test_a_changed_ssrc_is_seen() -> None:
    line = Line()
    line.send(10)
    line.ssrc, line.timestamp = 8, 12345
    line.send(10)
    assert line.heard.quality.ssrcs == [7, 8]
    assert not line.heard.quality.is_continuous
    assert len(line.heard.pcm) == 20 * 160


def test_a_digit_counts_once_however_many_packets_carry_it() -> None:
    line = Line()
    for event in (5, 5, 11):
        for _ in range(6):
            line.packets.append(
                Packet(line.at, line.sequence, line.timestamp, 7, 101, False, bytes([event, 10, 1, 64]), SOURCE)
            )
            line.sequence += 1
        line.skip(10)
    assert line.heard.digits == "55#"
