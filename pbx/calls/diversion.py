"""Who has sent a call on, and why, as the next telephone or trunk is told (RFC 5806, RFC 7044, RFC 4458)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pbx.calls.target import Target
from pbx.sip.uri import Uri

DiversionKind = Literal["always", "busy", "do_not_disturb", "no_answer", "unreachable", "follow_me", "telephone"]
"""Why a call was sent on; ``telephone``: by a 3xx of the telephone itself."""

REASONS: dict[DiversionKind, str] = {
    "always": "unconditional",
    "busy": "user-busy",
    "do_not_disturb": "do-not-disturb",
    "no_answer": "no-answer",
    "unreachable": "unavailable",
    "follow_me": "follow-me",
    "telephone": "deflection",
}
"""RFC 5806 §4 (diversion-reason)."""

CAUSES: dict[DiversionKind, int] = {
    "always": 302,
    "busy": 486,
    "do_not_disturb": 486,
    "no_answer": 408,
    "unreachable": 404,
    "follow_me": 302,
    "telephone": 480,
}
"""RFC 4458 §2: unconditional, user busy, no reply, not available, deflection at once."""


@dataclass(frozen=True, slots=True)
class Diversion:
    """``extension`` has sent the call on."""

    extension: str
    kind: DiversionKind


def diversion_headers(
    diverted_by: Sequence[Diversion], dialled: str, target: Target, domain: str
) -> list[tuple[str, str]]:
    """One Diversion for each extension that has sent the call on, the last one first (RFC 5806 §3, §4.2).

    A trunk is not told extensions, which mean nothing outside: it gets one Diversion with the number that was dialled,
    or, for a call from within, the one that the company shows, why it was sent on last, and how often.
    """
    if not diverted_by:
        return []
    if target.party.is_outside:
        user = dialled if dialled.startswith("+") else target.caller_id
        last = diverted_by[-1].kind
        return [_diversion(user, last, domain, f";counter={len(diverted_by)}")] if user is not None else []
    return [_diversion(one.extension, one.kind, domain) for one in reversed(diverted_by)]


def history_headers(
    diverted_by: Sequence[Diversion], dialled: str, target: Target, domain: str
) -> list[tuple[str, str]]:
    """What Diversion says, as RFC 7044 §9.1 has it with the causes of RFC 4458: from the first to the present one.

    A trunk is told of no extensions: it gets what was dialled, or the number that the company shows, and itself.
    """
    if not diverted_by:
        return []
    present = target.party.extension or target.party.number or target.uri.user
    asked = [(one.extension, CAUSES[one.kind]) for one in diverted_by]
    if target.party.is_outside:
        user = dialled if dialled.startswith("+") else target.caller_id
        asked = [(user, CAUSES[diverted_by[-1].kind])] if user is not None else []
    users = [*(user for user, _ in asked), present]
    causes = [cause for _, cause in asked]
    entries, index = [f"<{Uri('sip', users[0], domain)}>;index=1"], "1"
    for user, cause in zip(users[1:], causes, strict=True):
        uri = Uri("sip", user, domain).with_parameter("cause", str(cause))
        entries.append(f"<{uri}>;index={index}.1;mp={index}")
        index += ".1"
    return [("History-Info", ", ".join(entries))]


def _diversion(user: str, kind: DiversionKind, domain: str, parameters: str = "") -> tuple[str, str]:
    return "Diversion", f"<{Uri('sip', user, domain)}>;reason={REASONS[kind]}{parameters}"
