"""`centralita flow test`: scripts play callers through the menus in virtual time and say what was not as expected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.preparation import company_file
from config.loading import CompanyFileError, load_company_file

app = typer.Typer(no_args_is_help=True, help="Test menus.")


@app.callback()
def flow() -> None:
    """Test menus."""


@app.command("test")
def play(
    files: Annotated[list[Path], typer.Argument(help="Script files, as docs/flows.md describes them.")],
    show_untaken: Annotated[
        bool, typer.Option("--coverage", help="Also list the ways that no script has taken.")
    ] = False,
) -> None:
    """Play every script; exit status 1 when something was not as expected, 2 when a file cannot be used."""
    from ivr.errors import FlowError
    from ivr.scripts import run_script_file

    own = company_file(settings_or_fault())
    failed = 0
    try:
        company = load_company_file(own) if own.exists() else load_company_file()
        for file in files:
            report = run_script_file(file, company)
            for outcome in report.outcomes:
                typer.echo(f"{'ok  ' if outcome.passed else 'FAIL'}  {outcome.case}  ({outcome.seconds:.1f} s)")
                if not outcome.passed:
                    typer.echo(f"      {file}:{outcome.line}: {outcome.fault}")
                failed += not outcome.passed
            typer.echo(f"{report.menu}: {report.coverage.share:.0%} of its ways taken")
            if show_untaken:
                for node, way, target in report.coverage.missing:
                    typer.echo(f"      not taken: {node}, {way} to {target}")
    except CompanyFileError as error:
        raise CommandError(*error.faults) from None
    except FlowError as error:
        raise CommandError(*(str(fault) for fault in error.faults)) from None
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from None
    if failed:
        raise typer.Exit(1)
