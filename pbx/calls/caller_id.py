"""Who a telephone is told is calling, and who sent the call on (RFC 3323, RFC 3325, RFC 5806, RFC 7044)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pbx.calls.party import Party
from pbx.calls.target import Target
from pbx.sip.name_address import NameAddress
from pbx.sip.uri import Uri

ANONYMOUS = NameAddress(Uri("sip", "anonymous", "anonymous.invalid"), "Anonymous")


def presented(caller: Party, target: Target) -> Party:
    """``caller`` as ``target`` is to see it: a trunk gets the company's number in place of an extension.

    Who called from outside and is sent on outside is shown where the trunk's presentation says so.
    """
    if target.presentation is not None and target.presentation.shows_caller and caller.is_outside:
        return replace(caller, name=None)
    return replace(caller, number=target.caller_id, name=None) if target.caller_id is not None else caller


def from_address(party: Party, domain: str, target: Target | None = None) -> NameAddress:
    """The From of an INVITE for ``party``, as ``target`` wants it."""
    if target is not None and target.presentation is not None:
        return target.presentation.from_address(party, domain)
    if party.number is None:
        return ANONYMOUS
    return NameAddress(Uri("sip", party.number, domain), party.name or "")


def to_address(target: Target, domain: str) -> NameAddress:
    """The To of an INVITE: whom the caller has asked for, not the device."""
    user = target.party.extension or target.party.number or target.uri.user
    return NameAddress(Uri("sip", user, target.uri.host if target.party.is_outside else domain))


def identity_headers(party: Party, domain: str, target: Target) -> list[tuple[str, str]]:
    """P-Asserted-Identity towards a trunk, or what it wants instead; Privacy for who withholds the number."""
    if target.presentation is not None:
        return target.presentation.identity_headers(party, domain)
    if party.number is None:
        return [("Privacy", "id")]
    if not target.party.is_outside:
        return []
    return [("P-Asserted-Identity", f"<{Uri('sip', party.number, domain)}>")]


def diversion_headers(diverted_by: Sequence[str], dialled: str, target: Target, domain: str) -> list[tuple[str, str]]:
    """One Diversion for each extension that has sent the call on, the last one first (RFC 5806 §3, §4.2).

    A trunk is not told extensions, which mean nothing outside: it gets one Diversion with the number that was dialled,
    or, for a call from within, the one that the company shows, and the count of them.
    """
    if not diverted_by:
        return []
    if target.party.is_outside:
        user = dialled if dialled.startswith("+") else target.caller_id
        return [_diversion(user, domain, f";counter={len(diverted_by)}")] if user is not None else []
    return [_diversion(extension, domain) for extension in reversed(diverted_by)]


def history_headers(diverted_by: Sequence[str], dialled: str, target: Target, domain: str) -> list[tuple[str, str]]:
    """What Diversion says, as RFC 7044 §9.1 has it with the causes of RFC 4458: from the first to the present one.

    A trunk is told of no extensions: it gets what was dialled, or the number that the company shows, and itself.
    """
    if not diverted_by:
        return []
    present = target.party.extension or target.party.number or target.uri.user
    asked = list(diverted_by)
    if target.party.is_outside:
        user = dialled if dialled.startswith("+") else target.caller_id
        asked = [user] if user is not None else []
    entries, index = [], "1"
    for place, user in enumerate([*asked, present]):
        uri = Uri("sip", user, domain)
        if place == 0:
            entries.append(f"<{uri}>;index={index}")
        else:
            entries.append(f"<{uri.with_parameter('cause', '302')}>;index={index}.1;mp={index}")
            index += ".1"
    return [("History-Info", ", ".join(entries))]


def _diversion(user: str, domain: str, parameters: str = "") -> tuple[str, str]:
    return "Diversion", f"<{Uri('sip', user, domain)}>;reason=unconditional{parameters}"
