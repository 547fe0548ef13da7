"""The secrets that an installation starts with: web passwords, SIP passwords, trunk passwords.

They are in a file of their own beside the company file, readable by its owner only, and are needed once: the database
keeps hashes. The demo company's are public.
"""

from __future__ import annotations

import os
import secrets
import string
from pathlib import Path

from pydantic import Field

from config.company import Company
from config.part import Part

_ALPHABET = string.ascii_letters + string.digits
DEMO_WEB_PASSWORD = "demo"  # noqa: S105 - public by intent


class InitialSecrets(Part):
    """Passwords by login, by extension and by trunk name."""

    web: dict[str, str] = Field(default={}, repr=False)
    sip: dict[str, str] = Field(default={}, repr=False)
    trunks: dict[str, str] = Field(default={}, repr=False)


def random_password(length: int = 20) -> str:
    """A password of letters and digits, so that it can be typed into any phone; 20 of them are 119 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def random_secrets(company: Company) -> InitialSecrets:
    """Fresh secrets for everybody and everything in ``company``."""
    return InitialSecrets(
        web={person.login: random_password() for person in company.people},
        sip={person.extension: random_password() for person in company.people},
        trunks={trunk.name: random_password() for trunk in company.trunks if trunk.username},
    )


def demo_secrets(company: Company) -> InitialSecrets:
    """The public secrets of the demo company."""
    return InitialSecrets(
        web={person.login: DEMO_WEB_PASSWORD for person in company.people},
        sip={person.extension: f"demo-{person.extension}" for person in company.people},
        trunks={trunk.name: f"demo-{trunk.name}" for trunk in company.trunks if trunk.username},
    )


def write_secrets(file: Path, initial: InitialSecrets) -> None:
    """Write the secrets as YAML, readable by the owner only. Raises FileExistsError rather than overwrite any."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write("# Secrets that the database starts with. After the first start this file can be deleted.\n")
        for kind, passwords in initial.model_dump().items():
            stream.write(f"{kind}:{'' if passwords else ' {}'}\n")
            for name, password in passwords.items():
                stream.write(f'  "{name}": "{password}"\n')
