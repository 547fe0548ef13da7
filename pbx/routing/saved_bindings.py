"""Bindings as JSON types and back, for the file that carries them over a restart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pbx.net.hop import Hop
from pbx.routing.bindings import Binding
from pbx.sip.errors import UriError
from pbx.sip.uri import parse_uri

VERSION = 1


def to_document(bindings: Iterable[tuple[str, Binding]], ahead_s: float = 0.0) -> dict[str, Any]:
    """The bindings, each with its extension; ``ahead_s``: how much later it is by the clock that the reader has."""
    return {"version": VERSION, "bindings": [_saved(extension, binding, ahead_s) for extension, binding in bindings]}


def from_document(document: Any) -> list[tuple[str, Binding]]:
    """What ``to_document`` said; an entry that cannot be read is left out: its phone registers again."""
    if not isinstance(document, dict) or document.get("version") != VERSION:
        return []
    entries = document.get("bindings")
    restored = (_restored(entry) for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()
    return [entry for entry in restored if entry is not None]


def _saved(extension: str, binding: Binding, ahead_s: float) -> dict[str, Any]:
    hop = binding.hop
    return {
        "extension": extension,
        "uri": str(binding.uri),
        "transport": hop.transport,
        "remote": list(hop.remote),
        "local": None if hop.local is None else list(hop.local),
        "symmetric": hop.symmetric,
        "expires_at": binding.expires_at + ahead_s,
        "q": binding.q,
        "call_id": binding.call_id,
        "cseq": binding.cseq,
        "user_agent": binding.user_agent,
        "instance": binding.instance,
        "reg_id": binding.reg_id,
        "path": list(binding.path),
    }


def _restored(entry: dict[str, Any]) -> tuple[str, Binding] | None:
    try:
        local = entry["local"]
        hop = Hop(
            transport=str(entry["transport"]),
            remote=(str(entry["remote"][0]), int(entry["remote"][1])),
            local=None if local is None else (str(local[0]), int(local[1])),
            symmetric=bool(entry["symmetric"]),
        )
        return str(entry["extension"]), Binding(
            uri=parse_uri(str(entry["uri"])),
            hop=hop,
            expires_at=float(entry["expires_at"]),
            q=float(entry["q"]),
            call_id=str(entry["call_id"]),
            cseq=int(entry["cseq"]),
            user_agent=str(entry["user_agent"]),
            instance=str(entry["instance"]),
            reg_id=int(entry["reg_id"]),
            path=tuple(str(value) for value in entry.get("path", ())),
        )
    except (KeyError, IndexError, TypeError, ValueError, UriError):
        return None
