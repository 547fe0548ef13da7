"""`centralita check`: settings, company and flows, one line per fault."""

from __future__ import annotations

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.preparation import company_file
from config.company import Company
from config.loading import CompanyFileError, load_company_file
from ivr.check import FlowError, check_flow


def check() -> None:
    """Check the configuration file, the environment, the company file and every flow; exit status 2 on any fault."""
    settings = settings_or_fault()
    own = company_file(settings)
    try:
        company = load_company_file(own) if own.exists() else load_company_file()
    except CompanyFileError as error:
        raise CommandError(*error.faults) from None
    if faults := _flow_faults(company):
        raise CommandError(*faults)
    typer.echo(f"Settings, {company.name} and {len(company.menus)} flows: no fault.")


def _flow_faults(company: Company) -> list[str]:
    faults: list[str] = []
    for menu in company.menus:
        try:
            check_flow(menu.text, name=menu.name, company=company)
        except FlowError as error:
            faults += error.faults
    return faults
