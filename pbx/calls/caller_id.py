"""Who a telephone is told is calling (RFC 3323, RFC 3325)."""

from __future__ import annotations

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
