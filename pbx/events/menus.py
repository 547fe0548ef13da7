"""What a caller does in a menu."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.events.event import Body, named


@named("menu.entered")
@dataclass(frozen=True, slots=True)
class MenuEntered(Body):
    menu: str
    language: str
    version: int = 1


@named("menu.choice")
@dataclass(frozen=True, slots=True)
class MenuChoice(Body):
    """The caller chose; ``keys`` is what was dialled, ``outcome`` ``option``, ``extension``, ``wrong`` or ``none``."""

    menu: str
    node: str
    keys: str
    outcome: str


@named("menu.left")
@dataclass(frozen=True, slots=True)
class MenuLeft(Body):
    """The caller left the menu towards ``to`` (``queue:sales``, ``voicemail:100``, ``hangup`` …)."""

    menu: str
    node: str
    to: str
