"""Whether telephones can still prove who they are: a SIP password is kept as a digest that holds for one domain."""

from __future__ import annotations

from collections.abc import Sequence

from centralita.doctor.finding import Finding, fault, good
from config.settings import Settings

SHOWN = 10


def sip_passwords(settings: Settings, homeless: Sequence[str]) -> Finding:
    """``homeless``: the user names whose password was set for another domain than the present one."""
    if not homeless:
        return good(f"SIP passwords: all are for the domain {settings.domain}")
    names = ", ".join(homeless[:SHOWN]) + (f" and {len(homeless) - SHOWN} more" if len(homeless) > SHOWN else "")
    return fault(
        f"SIP passwords: those of {names} were set for another domain than {settings.domain}, so their telephones "
        "cannot register; set CENTRALITA_SIP_DOMAIN back, or set these passwords again"
    )
