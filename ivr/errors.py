"""What can be wrong with a flow, and with what is asked of the menus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pbx.ports import MenuFaultError


class IvrError(Exception):
    """Base of every error of this package."""


def dotted(path: tuple[str | int, ...]) -> str:
    """A place in a document as it is written in a fault: ``nodes.start.menu``."""
    return ".".join(str(step) for step in path)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a flow document; ``line`` and ``column`` count from 1. A warning stops nothing.

    ``path``: the keys and places that lead to it from the top; empty where the text cannot be read.
    """

    file: str
    line: int
    column: int
    message: str
    warning: bool = False
    path: tuple[str | int, ...] = field(default=(), compare=False)

    @property
    def sentence(self) -> str:
        """What is wrong, without the place."""
        return self.message.removeprefix(f"{dotted(self.path)}: ")

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {'warning: ' if self.warning else ''}{self.message}"


class FlowError(IvrError, MenuFaultError):
    """A flow cannot be used; ``faults`` says why, one readable line each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class UnknownMenuError(IvrError):
    """No flow has this name."""


class SpeechError(IvrError):
    """A text could not be spoken."""


class SoundFileError(IvrError):
    """A sound file cannot be used."""


class ScriptError(IvrError, AssertionError):
    """A caller's script expected something else than what happened."""


class ExpressionError(IvrError):
    """An expression cannot be read, or its values do not go together."""


class RecognitionError(IvrError):
    """Speech could not be recognised: there is no engine for the language, or it failed."""
