"""The Replaces header: an INVITE that takes over a dialog (RFC 3891)."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.sip.errors import MalformedError
from pbx.sip.name_address import parse_header_parameters


@dataclass(frozen=True, slots=True)
class Replaces:
    """The dialog to be replaced, as the user agent that receives the INVITE sees it: ``to_tag`` is its own tag."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    def __str__(self) -> str:
        early = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{early}"


def parse_replaces(text: str) -> Replaces:
    """Raises MalformedError (RFC 3891 §3: 400 to one that is not well formed)."""
    call_id, _, rest = text.partition(";")
    parameters = dict(parse_header_parameters(rest))
    to_tag, from_tag = parameters.get("to-tag"), parameters.get("from-tag")
    if not call_id.strip() or not to_tag or not from_tag:
        raise MalformedError("a Replaces without call-id, to-tag and from-tag")
    return Replaces(call_id.strip(), to_tag, from_tag, "early-only" in parameters)
