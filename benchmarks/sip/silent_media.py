"""A media worker that gives out places and moves no sound: what is measured beside it is signalling alone.

It speaks the command socket of `pbx.media.worker` and answers every command that a call without sound leads to.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from itertools import count
from pathlib import Path
from typing import Any

import uvloop

from pbx.ipc.connection import Connection, listen
from pbx.media.messages import LegClosed, LocalMedia, MediaEvent, PlaybackFinished, Quality, RecordingStopped
from pbx.media.wire import event_to_plain, plain

FIRST_PORT, PORTS = 20_000, 20_000
_SILENCE = Quality("PCMU", 0, 0, 0, 0.0, 0.0, 1.0)


class SilentMedia:
    """Every command of a call, answered at once."""

    def __init__(self) -> None:
        self._numbers = count()
        self._paths: dict[str, str] = {}
        self._controller: Connection | None = None

    def accept(self) -> Connection:
        self._controller = Connection(self._request, self._notification)
        return self._controller

    async def _request(self, name: str, _fields: Any) -> Any:
        if name == "open_leg":
            port = FIRST_PORT + next(self._numbers) * 2 % PORTS
            local = plain(LocalMedia("127.0.0.1", port, port + 1, 0))
            del local["worker"]
            return local
        return {"legs": []} if name == "hello" else {}

    def _notification(self, name: str, fields: Any) -> None:
        if name == "close_leg":
            self._tell(LegClosed(fields["leg"], _SILENCE))
        elif name == "play" and not fields["loop"]:
            self._tell(PlaybackFinished(fields["leg"], fields["play_id"]))
        elif name in {"record", "record_message"}:
            self._paths[fields["recording"]] = fields["path"]
        elif name == "stop_recording":
            recording = fields["recording"]
            self._tell(RecordingStopped(recording, self._paths.pop(recording, ""), 0.0))

    def _tell(self, event: MediaEvent) -> None:
        assert self._controller is not None
        self._controller.notify("event", event_to_plain(event))


async def _serve(path: Path) -> None:
    media, over = SilentMedia(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    server = await listen(path, media.accept)
    await over.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    uvloop.run(_serve(parser.parse_args().socket))


if __name__ == "__main__":
    main()
