"""Statuses as documents: the same as their fields, however deep."""

from __future__ import annotations

from dataclasses import asdict

from pbx.queues.status import AgentStatus, QueueStatus, WaitingCaller, agent_document, queue_document

ANA = AgentStatus("ana", "Ana", "101", ("sales",), "break", "lunch", 5.0, None, None, "offline", True)


def test_a_status_as_a_document_is_its_fields() -> None:
    line = QueueStatus("sales", "Ventas", 1, 2.5, (ANA,), (WaitingCaller("c1", "call", 1, 2.5, 0, ("ana",)),))
    assert agent_document(ANA) == asdict(ANA)
    assert queue_document(line) == {**asdict(line), "agents": [asdict(ANA)], "callers": [asdict(line.callers[0])]}
