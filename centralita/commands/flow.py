"""`centralita flow test`: scripts play callers through the menus in virtual time and say what was not as expected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.preparation import company_file
from config.company import Company
from config.loading import CompanyFileError, load_company_file
from config.settings import Settings

if TYPE_CHECKING:
    from centralita.live_caller import Line

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
    live: Annotated[
        bool, typer.Option("--live", help="Call the running server, with real sound, in place of virtual time.")
    ] = False,
    login: Annotated[str, typer.Option(help="With --live: who reads the events.")] = "admin",
    password: Annotated[str, typer.Option(envvar="CENTRALITA_LIVE_PASSWORD", help="With --live.")] = "demo",  # noqa: S107
    bind_port: Annotated[
        int, typer.Option(help="With --live: the port that calls come from; 0: the demo carrier's.")
    ] = 0,
    trunk: Annotated[
        str, typer.Option(help="With --live: USER:PASSWORD of a trunk that is not known by address.")
    ] = "",
) -> None:
    """Play every script; exit status 1 when something was not as expected, 2 when a file cannot be used."""
    from ivr.errors import FlowError
    from ivr.scripts import run_script_file

    settings = settings_or_fault()
    own = company_file(settings)
    failed = 0
    try:
        company = load_company_file(own) if own.exists() else load_company_file()
        if live:
            failed = _play_live(files, company, settings, (login, password, bind_port, trunk))
            files = []
        for file in files:
            report = run_script_file(file, company)
            for outcome in report.outcomes:
                typer.echo(f"{'ok  ' if outcome.passed else 'FAIL'}  {outcome.case}  ({outcome.seconds:.1f} s)")
                if not outcome.passed:
                    typer.echo(f"      {file}:{outcome.line}: {outcome.fault}")
                failed += not outcome.passed
            nodes, ways = report.coverage.node_share, report.coverage.share
            typer.echo(f"{report.menu}: {nodes:.0%} of its nodes and {ways:.0%} of its ways taken")
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


def _play_live(files: list[Path], company: Company, settings: Settings, how: tuple[str, str, int, str]) -> int:
    """Play the scripts against the server that runs with these settings; how many cases failed."""
    try:
        from centralita.live_caller import LiveCalls, left_out
    except ImportError as error:
        raise CommandError(f"--live needs the test phone of the checkout: {error}") from None
    import asyncio

    from ivr.scripts import read_script
    from ivr.testing import flows_of

    scripts = [(file, *read_script(file.read_text(encoding="utf-8"), str(file))) for file in files]

    async def play_all() -> int:
        failed = 0
        async with LiveCalls(_line(settings, how), company, flows_of(company), settings.prompts_dir) as calls:
            for file, menu, cases in scripts:
                for case in cases:
                    if why := left_out(case):
                        typer.echo(f"skip  {case.name}  ({why})")
                        continue
                    outcome = await calls.play(case, menu)
                    typer.echo(f"{'ok  ' if outcome.passed else 'FAIL'}  {outcome.case}  ({outcome.seconds:.1f} s)")
                    if not outcome.passed:
                        typer.echo(f"      {file}:{outcome.line}: {outcome.fault}")
                    failed += not outcome.passed
        return failed

    return asyncio.run(play_all())


def _line(settings: Settings, how: tuple[str, str, int, str]) -> Line:
    from centralita.live_caller import Line

    login, password, bind_port, trunk = how
    user, _, secret = trunk.partition(":")
    host = settings.bind if settings.bind not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104 - compared, not bound
    carrier = settings.demo_carrier[1] if not trunk else 0
    return Line(
        sip=(host, settings.sip_port),
        bind=("127.0.0.1", bind_port or carrier),
        url=settings.public_url or f"http://{host}:{settings.http_port}",
        login=login,
        password=password,
        trunk_user=user,
        trunk_password=secret,
    )
