"""The documents of the event packages that telephones watch: lamps, messages waiting, presence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape, quoteattr


class Lamp(Enum):
    """What a busy lamp shows of an extension."""

    FREE = "terminated"
    CALLING = "trying"
    RINGING = "early"
    BUSY = "confirmed"


@dataclass(frozen=True, slots=True)
class DialogId:
    """A dialog of a telephone as that telephone sees it: ``local_tag`` is the telephone's (RFC 4235 §4.1.2)."""

    call_id: str
    local_tag: str
    remote_tag: str


def dialog_info(
    entity: str, name: str, lamp: Lamp, *, is_recipient: bool, version: int, id_: DialogId | None = None
) -> bytes:
    """One dialog in the state of the lamp (RFC 4235 §4). Who the other party is stays out of it.

    With ``id_`` who watches can pick up what rings, by an INVITE to ``entity`` that replaces the dialog (RFC 3891).
    """
    direction = "" if lamp is Lamp.FREE else f' direction="{"recipient" if is_recipient else "initiator"}"'
    target = ""
    if id_ is not None:
        tags = f"local-tag={quoteattr(id_.local_tag)} remote-tag={quoteattr(id_.remote_tag)}"
        direction = f" call-id={quoteattr(id_.call_id)} {tags}{direction}"
        target = f"<remote><target uri={quoteattr(entity)}/></remote>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{version}" state="full"'
        f" entity={quoteattr(entity)}>\n"
        f"<dialog id={quoteattr(name)}{direction}><state>{lamp.value}</state>{target}</dialog>\n"
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
