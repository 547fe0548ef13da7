"""The latest messages of every dialog, in memory of a fixed size: found again by the call that they belong to."""

from __future__ import annotations

import re
from collections import OrderedDict

from pbx.trace.masking import mask
from pbx.trace.message import Address, TracedMessage

PER_DIALOG = 200  # messages; of a longer dialog the latest are kept
MAX_BYTES = 32 << 20  # of calls, live and over
MAX_LOOSE_BYTES = 8 << 20  # of dialogs that belong to no call: strangers, registrations that failed
_OVERHEAD = 200
_CALL_ID = re.compile(rb"\r\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]{1,256})", re.I)
_USUAL = b"\r\nCall-ID: "
_HEAD = 8192  # octets of a message in which it is looked for
_INVITE = re.compile(rb"(?:INVITE |SIP/2\.0 [^\r\n]*\r\n)")

_Entry = tuple[float, str, str, Address, Address, bytes]


def _call_id(octets: bytes) -> str | None:
    """The Call-ID of a message. As nearly everybody writes it, it is found by a plain search."""
    at = octets.find(_USUAL, 0, _HEAD)
    if 0 <= at < octets.find(b"\r\n\r\n", 0, _HEAD):
        begin = at + len(_USUAL)
        value = octets[begin : octets.find(b"\r\n", begin)]
        if 0 < len(value) <= 256:
            return value.decode("utf-8", "replace").strip()
    found = _CALL_ID.search(octets, 0, _HEAD)
    return found[1].decode("utf-8", "replace").strip() if found is not None else None


class _Dialog:
    __slots__ = ("messages", "size")

    def __init__(self) -> None:
        self.messages: list[_Entry] = []
        self.size = 0

    def add(self, entry: _Entry) -> int:
        """How many octets that adds, or frees."""
        before = self.size
        self.messages.append(entry)
        self.size += len(entry[5]) + _OVERHEAD
        if len(self.messages) > PER_DIALOG:
            self.size -= len(self.messages.pop(0)[5]) + _OVERHEAD
        return self.size - before


class _Shelf:
    """Dialogs by Call-ID within a number of octets; the one that was opened first makes room."""

    def __init__(self, most: int) -> None:
        self.dialogs: OrderedDict[str, _Dialog] = OrderedDict()
        self.size = 0
        self._most = most

    def grown(self, octets: int) -> list[str]:
        """Account for ``octets`` more; the Call-IDs that had to go."""
        self.size += octets
        gone = []
        while self.size > self._most and len(self.dialogs) > 1:
            name, dialog = self.dialogs.popitem(last=False)
            self.size -= dialog.size
            gone.append(name)
        return gone

    def put(self, name: str, dialog: _Dialog) -> list[str]:
        self.dialogs[name] = dialog
        return self.grown(dialog.size)

    def take(self, name: str) -> _Dialog | None:
        dialog = self.dialogs.pop(name, None)
        if dialog is not None:
            self.size -= dialog.size
        return dialog


class TraceBook:
    """``note`` takes every message as it comes and goes; ``belongs`` says which call a dialog is of, whenever that is
    known; ``of_call`` gives the messages of a call, masked and in order of time.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, max_loose_bytes: int = MAX_LOOSE_BYTES) -> None:
        self._kept = _Shelf(max_bytes)
        self._loose = _Shelf(max_loose_bytes)
        self._dialogs_of: OrderedDict[str, list[str]] = OrderedDict()
        self._call_of: dict[str, list[str]] = {}

    @property
    def size(self) -> int:
        """Octets in use."""
        return self._kept.size + self._loose.size

    def note(self, direction: str, transport: str, local: Address, remote: Address, octets: bytes, at: float) -> None:
        """A message over the wire; one without a Call-ID is nobody's."""
        name = _call_id(octets)
        if name is None:
            return
        entry = (at, direction, transport, local, remote, octets)
        kept = self._kept.dialogs.get(name)
        if kept is not None:
            self._forget(self._kept.grown(kept.add(entry)))
            return
        loose = self._loose.dialogs.get(name)
        if loose is None:
            if _INVITE.match(octets) is None:
                return  # a dialog begins with an INVITE; registrations and probes are no call's
            loose = _Dialog()
            loose.add(entry)
            self._loose.put(name, loose)
        else:
            self._loose.grown(loose.add(entry))

    def belongs(self, name: str, call_id: str) -> None:
        """The dialog with Call-ID ``name`` is of this call (a dialog may be of several, one after the other)."""
        calls = self._call_of.setdefault(name, [])
        if call_id in calls:
            return
        calls.append(call_id)
        self._dialogs_of.setdefault(call_id, []).append(name)
        if name not in self._kept.dialogs:
            self._forget(self._kept.put(name, self._loose.take(name) or _Dialog()))

    def of_call(self, call_id: str) -> list[TracedMessage]:
        """Every message that is still kept, oldest first; empty for a call that is not known (any more)."""
        entries = [
            entry
            for name in self._dialogs_of.get(call_id, ())
            if (dialog := self._kept.dialogs.get(name)) is not None
            for entry in dialog.messages
        ]
        entries.sort(key=lambda entry: entry[0])
        return [
            TracedMessage(at, "in" if direction == "in" else "out", transport, local, remote, mask(octets))
            for at, direction, transport, local, remote, octets in entries
        ]

    def _forget(self, names: list[str]) -> None:
        for name in names:
            for call_id in self._call_of.pop(name, ()):
                dialogs = self._dialogs_of.get(call_id)
                if dialogs is not None:
                    dialogs.remove(name)
                    if not dialogs:
                        del self._dialogs_of[call_id]
