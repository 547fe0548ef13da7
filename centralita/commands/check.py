"""`centralita check`: settings, company and flows, one line per fault."""

from __future__ import annotations

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.preparation import company_file
from config.loading import CompanyFileError, load_company_file


def check() -> None:
    """Check the configuration file, the environment, the company file and every flow; exit status 2 on any fault."""
    from ivr.check import check_flow

    settings = settings_or_fault()
    own = company_file(settings)
    try:
        company = load_company_file(own) if own.exists() else load_company_file()
    except CompanyFileError as error:
        raise CommandError(*error.faults) from None
    found = [
        fault
        for menu in company.menus
        for fault in check_flow(menu.text, menu.name, company, file=f"flows/{menu.name}.yaml")
    ]
    if faults := [str(fault) for fault in found if not fault.warning]:
        raise CommandError(*faults)
    for warning in found:
        typer.echo(str(warning), err=True)
    typer.echo(f"Settings, {company.name} and {len(company.menus)} flows: no fault.")
