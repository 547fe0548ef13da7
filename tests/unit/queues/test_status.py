"""Statuses as documents: the same as their fields, however deep."""

from __future__ import annotations

from dataclasses import asdict

from pbx.queues.status import AgentStatus, QueueStatus, WaitingCaller, agent_document, floor_document

ANA = AgentStatus("ana", "Ana", "101", ("sales",), "break", "lunch", 5.0, None, None, "offline", True, False)


def test_a_floor_as_a_document_has_every_field_and_each_agent_once() -> None:
    line = QueueStatus("sales", "Ventas", 1, 2.5, (ANA,), (WaitingCaller("c1", "call", 1, 2.5, 0, ("ana",)),))
    assert agent_document(ANA) == asdict(ANA)
    queue = asdict(line)
    del queue["agents"]
    assert floor_document("r1", [ANA], [line]) == {
        "revision": "r1",
        "agents": [asdict(ANA)],
        "queues": [{**queue, "members": ["ana"], "callers": [asdict(line.callers[0])]}],
    }
