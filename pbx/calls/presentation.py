"""How a trunk wants to be told who is calling: what stands in From, and in which header the number is vouched for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pbx.calls.party import Party
from pbx.sip.name_address import NameAddress
from pbx.sip.uri import Uri

Identity = Literal["asserted", "remote_party", "both", "none"]


@dataclass(frozen=True, slots=True)
class Presentation:
    """``writes``: how the trunk wants numbers. ``identity``: the header that vouches for them.

    ``from_user`` stands in From in place of the number, ``from_domain`` in place of our domain. ``shows_caller``: a
    call from outside that is sent on outside shows who began it, and Diversion who sent it on.
    """

    from_user: str = ""
    from_domain: str = ""
    identity: Identity = "asserted"
    shows_caller: bool = False
    writes: Literal["e164", "digits"] = "e164"

    def from_address(self, party: Party, domain: str) -> NameAddress:
        """The From; who withholds the number leaves the account there, by which the trunk knows us (RFC 3323)."""
        domain = self.from_domain or domain
        user = self.from_user or self._written(party)
        if party.number is None and not self.from_user:
            return NameAddress(Uri("sip", "anonymous", "anonymous.invalid"), "Anonymous")
        return NameAddress(Uri("sip", user, domain), "Anonymous" if party.number is None else party.name or "")

    def identity_headers(self, party: Party, domain: str) -> list[tuple[str, str]]:
        """P-Asserted-Identity (RFC 3325 §9.1), Remote-Party-ID as older exchanges have it, or Privacy."""
        domain = self.from_domain or domain
        if party.number is None:
            return [("Privacy", "id")]
        address = f"<{Uri('sip', self._written(party), domain)}>"
        headers = []
        if self.identity in {"asserted", "both"}:
            headers.append(("P-Asserted-Identity", address))
        if self.identity in {"remote_party", "both"}:
            headers.append(("Remote-Party-ID", f"{address};party=calling;screen=yes;privacy=off"))
        return headers

    def _written(self, party: Party) -> str:
        number = party.number or ""
        return number.removeprefix("+") if self.writes == "digits" else number
