"""What can be wrong with what is asked of the queues."""

from __future__ import annotations


class QueueError(Exception):
    """Base of every error of this package."""


class UnknownQueueError(QueueError):
    """No queue has this name."""


class AlreadyWaitingError(QueueError):
    """This call waits in a queue already."""


class UnknownAgentError(QueueError):
    """Nobody has this login."""


class AgentStateError(QueueError):
    """A state that nobody can set: ``ringing``, ``talking`` and ``wrap_up`` come by themselves."""


class NotWaitingError(QueueError):
    """This call does not wait in a queue."""
