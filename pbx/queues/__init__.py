"""Waiting lines and the agents who serve them."""

from pbx.queues.driver import Queues
from pbx.queues.errors import (
    AgentStateError,
    AlreadyWaitingError,
    NotWaitingError,
    QueueError,
    UnknownAgentError,
    UnknownQueueError,
)
from pbx.queues.place import Announce, Offer, Overflow, Place, Turn, Withdraw
from pbx.queues.status import AgentStatus, QueueStatus, WaitingCaller

__all__ = [
    "AgentStateError",
    "AgentStatus",
    "AlreadyWaitingError",
    "Announce",
    "NotWaitingError",
    "Offer",
    "Overflow",
    "Place",
    "QueueError",
    "QueueStatus",
    "Queues",
    "Turn",
    "UnknownAgentError",
    "UnknownQueueError",
    "WaitingCaller",
    "Withdraw",
]
