"""What /metrics says of the media workers and of the kernel's receive buffers."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from web.api.media_metrics import MediaMetrics

UDP = """Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
Udp: 100 2 7 90 7 1
UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
UdpLite: 0 0 0 0 0 0
"""


def exposed(metrics: MediaMetrics) -> str:
    registry = CollectorRegistry()
    registry.register(metrics)
    return generate_latest(registry).decode()


def test_datagrams_lost_for_want_of_room_are_counted_for_both_versions(tmp_path: Path) -> None:
    four, six = tmp_path / "snmp", tmp_path / "snmp6"
    four.write_text(UDP)
    six.write_text("Udp6InDatagrams \t3\nUdp6RcvbufErrors \t5\n")
    assert "centralita_udp_receive_buffer_errors_total 12.0" in exposed(MediaMetrics((four, six)))


@pytest.mark.parametrize("text", ["", "Udp: a\n", "Udp: RcvbufErrors\nUdp: x\n"])
def test_a_kernel_that_tells_something_else_is_passed_over(tmp_path: Path, text: str) -> None:
    four = tmp_path / "snmp"
    four.write_text(text)
    assert "receive_buffer" not in exposed(MediaMetrics((four, tmp_path / "none")))


def test_each_worker_has_its_own_figures() -> None:
    metrics = MediaMetrics()
    metrics.told = [{"worker": 0, "legs": 4, "busy": 0.25, "full": False}, {"worker": 1, "legs": 2, "full": True}]
    text = exposed(metrics)
    assert 'centralita_media_legs{worker="0"} 4.0' in text
    assert 'centralita_media_full{worker="1"} 1.0' in text
    assert 'centralita_media_packets_relayed_total{worker="1"} 0.0' in text


def test_how_legs_sounded_is_a_histogram() -> None:
    metrics = MediaMetrics()
    metrics.told = [{"worker": 1, "readings": {"mos": {"by": {"3.6": 2, "4.03": 0, "inf": 5}, "sum": 27.5}}}]
    text = exposed(metrics)
    for line in ('bucket{le="3.6",worker="1"} 2.0', 'bucket{le="+Inf",worker="1"} 7.0', 'sum{worker="1"} 27.5'):
        assert f"centralita_media_mos_{line}" in text
