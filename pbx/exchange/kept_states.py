"""What outlives the exchange in files of its own: registrations, forwards, night switches, wake-up calls,
toll accounts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pbx.routing.state_file import StateFile


class Keeps(Protocol):
    """A state that is a document, and can be made from one."""

    def document(self) -> Callable[[], Any]: ...

    def restore(self, document: Any) -> None: ...


State = TypeVar("State", bound=Keeps)


class KeptStates:
    """Makes states that write themselves down after every change, and read what the last exchange has written."""

    def __init__(self, folder: Path, fault: Callable[[str], None], stack: AsyncExitStack) -> None:
        """``fault``: told why a file could not be written; ``stack`` closes the files."""
        self._folder = folder
        self._fault = fault
        self._stack = stack

    async def keep(self, name: str, make: Callable[[Callable[[], None]], State]) -> State:
        """The state in the file ``name``; ``make`` is given what to call after a change. Raises StateFileError."""

        def changed() -> None:
            file.changed()

        state = make(changed)
        file = StateFile(self._folder / name, state.document, self._fault)
        state.restore(await asyncio.to_thread(file.load))
        self._stack.push_async_callback(file.close)
        return state
