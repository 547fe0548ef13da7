"""The documents of the event packages that telephones watch: lamps, messages waiting, presence."""

from __future__ import annotations

from enum import Enum
from xml.sax.saxutils import escape, quoteattr


class Lamp(Enum):
    """What a busy lamp shows of an extension."""

    FREE = "terminated"
    CALLING = "trying"
    RINGING = "early"
    BUSY = "confirmed"


def dialog_info(entity: str, name: str, lamp: Lamp, *, is_recipient: bool, version: int) -> bytes:
    """One dialog in the state of the lamp (RFC 4235 §4). Who the other party is stays out of it."""
    direction = "" if lamp is Lamp.FREE else f' direction="{"recipient" if is_recipient else "initiator"}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{version}" state="full"'
        f" entity={quoteattr(entity)}>\n"
        f"<dialog id={quoteattr(name)}{direction}><state>{lamp.value}</state></dialog>\n"
        "</dialog-info>\n"
    ).encode()


def message_summary(account: str, new: int, old: int) -> bytes:
    """Messages in a box (RFC 3842 §3.5, §5.2)."""
    waiting = "yes" if new else "no"
    text = f"Messages-Waiting: {waiting}\r\nMessage-Account: {account}\r\nVoice-Message: {new}/{old} (0/0)\r\n"
    return text.encode()


def presence(entity: str, *, is_open: bool, note: str) -> bytes:
    """Whether somebody can be reached (RFC 3863 §4)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<presence xmlns="urn:ietf:params:xml:ns:pidf" entity={quoteattr(entity)}>\n'
        f'<tuple id="telephone"><status><basic>{"open" if is_open else "closed"}</basic></status>'
        f"<note>{escape(note)}</note></tuple>\n</presence>\n"
    ).encode()
