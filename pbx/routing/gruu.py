"""URIs that lead to one device of a person and no other (GRUU, RFC 5627).

Public ones only: a temporary one hides who its user is from the peer, which here sees a Contact of ours anyway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pbx.sip.uri import Uri

PARAMETER = "gr"
_URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9()+,.:=@$_!*'%/-]{1,150}")


@dataclass(frozen=True, slots=True)
class ToDevice:
    """One device of ``extension``: the one with this instance (the URN in its GRUU)."""

    extension: str
    instance: str


def public_gruu(aor: Uri, instance: str) -> Uri | None:
    """The GRUU of a device registered for ``aor``; None for one whose ``+sip.instance`` holds no URN (§5.1)."""
    urn = instance.strip().removeprefix("<").removesuffix(">")
    if _URN.fullmatch(urn) is None:
        return None
    return Uri(aor.scheme, aor.user, aor.host, aor.port).with_parameter(PARAMETER, urn)


def is_instance(instance: str, urn: str) -> bool:
    """Whether a device with this ``+sip.instance`` is the one that ``urn`` names; a UUID has no case (RFC 4122 §3)."""
    return instance.strip().removeprefix("<").removesuffix(">").lower() == urn.lower()
