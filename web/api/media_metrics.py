"""Figures of the media workers, and of the kernel's UDP, for Prometheus."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

GAUGES = {
    "legs": "Legs open",
    "recordings": "Spools being written",
    "busy": "Share of the last second that its passes took",
    "late_ms": "How late the latest tick of the last second was",
    "full": "Whether it is given no new calls",
}
COUNTERS = {
    "packets_received": "Datagrams received",
    "packets_sent": "Datagrams sent",
    "packets_relayed": "Packets passed on as they came",
    "packets_dropped": "Datagrams of strangers",
    "packets_refused": "Packets of a payload type that was not agreed on",
    "sends_dropped": "Datagrams that the kernel had no room for",
    "sends_refused": "Datagrams that the kernel would not send",
    "frames_concealed": "Frames made up for lost ones",
    "frames_late": "Frames that came too late",
    "srtp_refused": "SRTP packets that were forged, repeated or garbled",
    "handshakes_failed": "DTLS handshakes that failed",
    "faults": "Passes and commands that failed inside",
}
READINGS = {
    "mos": "Sound of legs, as heard by us: estimate by ITU-T G.107 of each ten seconds",
    "mos_sent": "Sound of legs, as heard by their peers: estimate by ITU-T G.107 from their reports",
    "loss": "Share of packets that did not come, of each ten seconds of a leg",
    "loss_sent": "Share of our packets that did not come, as peers report",
    "jitter_ms": "Interarrival jitter of what legs hear (RFC 3550)",
    "jitter_sent_ms": "Interarrival jitter of our packets, as peers report",
    "round_trip_ms": "Round trip between us and the peers of legs",
}
SNMP = (Path("/proc/net/snmp"), Path("/proc/net/snmp6"))


class MediaMetrics(Collector):
    """``told`` is what the exchange said last of its workers (`pbx.media.client.MediaPlane.figures`)."""

    def __init__(self, snmp: Sequence[Path] = SNMP) -> None:
        self.told: list[dict[str, Any]] = []
        self._snmp = snmp

    def collect(self) -> Iterable[Metric]:
        for name, text in GAUGES.items():
            gauge = GaugeMetricFamily(f"centralita_media_{name}", text, labels=["worker"])
            for each in self.told:
                gauge.add_metric([str(each.get("worker", 0))], float(each.get(name, 0)))
            yield gauge
        for name, text in COUNTERS.items():
            counter = CounterMetricFamily(f"centralita_media_{name}", text, labels=["worker"])
            for each in self.told:
                counter.add_metric([str(each.get("worker", 0))], float(each.get(name, 0)))
            yield counter
        yield from self._readings()
        errors = self._receive_buffer_errors()
        if errors is not None:
            text = "Datagrams lost because a receive buffer of this machine was full (RcvbufErrors)"
            yield CounterMetricFamily("centralita_udp_receive_buffer_errors", text, value=errors)

    def _readings(self) -> Iterable[Metric]:
        """How legs sounded, ten seconds at a time (`pbx.media.readings.Readings.figures`)."""
        for name, text in READINGS.items():
            histogram = HistogramMetricFamily(f"centralita_media_{name}", text, labels=["worker"])
            for each in self.told:
                found = each.get("readings", {}).get(name)
                if found is None:
                    continue
                counts = itertools.accumulate(found["by"].values())
                buckets = [
                    ("+Inf" if bound == "inf" else bound, count)
                    for bound, count in zip(found["by"], counts, strict=True)
                ]
                histogram.add_metric([str(each.get("worker", 0))], buckets, found["sum"])
            yield histogram

    def _receive_buffer_errors(self) -> int | None:
        """RcvbufErrors of IPv4 and IPv6; None where the kernel does not tell."""
        four, six = self._snmp
        try:
            header, values = [line.split() for line in four.read_text().splitlines() if line.startswith("Udp:")]
            found = int(values[header.index("RcvbufErrors")])
        except (OSError, ValueError, IndexError):
            return None
        try:
            lines = (line.split() for line in six.read_text().splitlines())
            return found + sum(int(line[1]) for line in lines if line and line[0] == "Udp6RcvbufErrors")
        except (OSError, ValueError, IndexError):
            return found
