"""Figures for Prometheus: what the events say, and what the server does. No names and no numbers of callers."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from web.api.media_metrics import MediaMetrics

WAIT_BUCKETS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
TALK_BUCKETS = (5, 15, 30, 60, 120, 300, 600, 1800, 3600)


class Metrics:
    """One registry per server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.media = MediaMetrics()
        self.registry.register(self.media)
        self.exchange_up = Gauge("centralita_exchange_up", "Whether the exchange answers", registry=self.registry)
        self.calls_live = Gauge("centralita_calls_live", "Calls of this moment", registry=self.registry)
        self.waiting = Gauge("centralita_queue_waiting", "Callers waiting", ["queue"], registry=self.registry)
        self.longest_wait = Gauge(
            "centralita_queue_longest_wait_seconds", "Longest wait of a caller", ["queue"], registry=self.registry
        )
        self.agents = Gauge("centralita_agents", "Agents by state", ["state"], registry=self.registry)
        self.event_readers = Gauge("centralita_event_readers", "Open event WebSockets", registry=self.registry)
        self.browser_phones = Gauge("centralita_browser_phones", "Open SIP WebSockets", registry=self.registry)
        self.slow_readers = Counter("centralita_slow_readers", "Event readers let go", registry=self.registry)
        self.requests = Counter(
            "centralita_http_requests", "API requests", ["operation", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "centralita_http_request_seconds", "Time to answer", ["operation"], registry=self.registry
        )
        self._calls = Counter("centralita_calls", "Calls by end", ["direction", "result"], registry=self.registry)
        self._wait = Histogram(
            "centralita_call_wait_seconds", "Wait of inbound calls", buckets=WAIT_BUCKETS, registry=self.registry
        )
        self._talk = Histogram(
            "centralita_call_talk_seconds", "Talk of answered calls", buckets=TALK_BUCKETS, registry=self.registry
        )
        self._pop = Histogram("centralita_screen_pop_seconds", "From question to shown pop-up", registry=self.registry)
        self._pushes = Counter("centralita_pushes", "Pushes to browsers", ["outcome"], registry=self.registry)
        self._alarms = Counter("centralita_alarms", "Alarms by kind", ["what"], registry=self.registry)

    def pushed(self, outcome: str) -> None:
        """A push service has answered, or has not."""
        self._pushes.labels(outcome).inc()

    def note(self, document: dict[str, Any]) -> None:
        """Count an event."""
        if document["type"] == "call.ended":
            self._calls.labels(document["direction"], document["result"]).inc()
            if document["direction"] == "inbound":
                self._wait.observe(document["wait_s"])
            if document["result"] == "answered":
                self._talk.observe(document["talk_s"])
        elif document["type"] == "system.alarm":
            self._alarms.labels(document["what"]).inc()

    def pop_shown(self, seconds: float) -> None:
        self._pop.observe(seconds)

    def exposition(self) -> tuple[bytes, str]:
        """The text format of Prometheus and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_PLAIN_0_0_4
