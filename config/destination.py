"""Where a call can go."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.part import Part


class Destination(Part):
    """Where a number, an option or an overflow leads: ``kind`` and the name, extension or number of its ``target``.

    ``message`` says ``target`` and hangs up.
    """

    kind: Literal[
        "menu", "queue", "person", "room", "voicemail", "ring_group", "number", "callback", "message", "hangup"
    ]
    target: Annotated[str, Field(max_length=500)] = ""
