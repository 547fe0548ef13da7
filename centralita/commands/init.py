"""`centralita init`: a configuration with fresh secrets for a real company."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.preparation import company_file
from config.loading import SECRETS_FILE, CompanyFileError, load_company_file
from config.secrets import random_secrets, write_secrets
from config.settings import CONFIGURATION_FILE

SETTINGS = """\
# Settings of this installation; the environment goes before this file. `centralita check` checks it.
CENTRALITA_DATA_DIR = "{data_dir}"
CENTRALITA_BIND = "{bind}"
CENTRALITA_SIP_DOMAIN = "{domain}"
# CENTRALITA_PUBLIC_URL = "https://phones.example.com"
# CENTRALITA_PUBLIC_ADDRESS = "203.0.113.10"     # behind 1:1 NAT: the address that carriers see
# CENTRALITA_TLS_CERT = "/etc/centralita/fullchain.pem"
# CENTRALITA_TLS_KEY = "/etc/centralita/privkey.pem"
# CENTRALITA_TURN_URLS = "turn:turn.example.com:3478"    # for browsers whose network lets no UDP through
# CENTRALITA_TURN_SECRET = "…"                           # coturn: use-auth-secret, static-auth-secret
"""

COMPANY = """\
# The company as it is loaded into an empty database at the first start; after that it is edited over the API.
name: {name}
country: ES
time_zone: Europe/Madrid
language: es
emergency_numbers: ["112"]
company_voicemail: "100"
reception: reception

people:
  - {{login: admin, name: Administrator, extension: "100", role: administrator}}

ring_groups:
  - name: reception
    extensions: ["100"]
    fallback: {{kind: voicemail, target: "100"}}

voicemail_boxes:
  - {{box: "100", title: "{name}"}}

# A carrier, and the numbers it sends:
# trunks:
#   - name: carrier
#     host: sip.carrier.example
#     username: your-account
#     known_addresses: ["203.0.113.20:5060"]
#     caller_id: "+34910000001"
# numbers:
#   - {{number: "+34910000001", destination: {{kind: ring_group, target: reception}}}}
"""


def init(
    name: Annotated[str, typer.Option(help="The company's name.")] = "My company",
    domain: Annotated[str, typer.Option(help="SIP domain, for example sip.example.com.")] = "centralita",
    bind: Annotated[str, typer.Option(help="Address to listen on.")] = "0.0.0.0",  # noqa: S104 - a real company is reached from outside
) -> None:
    """Write settings, a company and random secrets; existing files are left alone."""
    settings = settings_or_fault()
    data = settings.data_dir
    configuration, company, secrets = Path(CONFIGURATION_FILE), company_file(settings), data / SECRETS_FILE
    existing = [str(path) for path in (configuration, company, secrets) if path.exists()]
    if existing:
        raise CommandError(*(f"{path}: is there already; move it away to write a new one" for path in existing))
    data.mkdir(parents=True, exist_ok=True)
    company.write_text(COMPANY.format(name=name.replace('"', "'")), encoding="utf-8")
    try:
        loaded = load_company_file(company)
    except CompanyFileError as error:
        company.unlink()
        raise CommandError(*error.faults) from None
    initial = random_secrets(loaded)
    write_secrets(secrets, initial)
    configuration.write_text(SETTINGS.format(data_dir=data, bind=bind, domain=domain), encoding="utf-8")
    typer.echo(f"{configuration}, {company}: written; edit them, then: centralita check, centralita serve")
    typer.echo(f"{secrets}: every password, readable by you only. Sign in as admin / {initial.web['admin']}")
