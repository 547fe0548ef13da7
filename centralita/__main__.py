"""The command line: `centralita serve`, `init`, `check`, `flow test`, `user`, `backup`, `restore` and the rest.

Commands import what only they need when they run: the server starts faster for it.
"""

from __future__ import annotations

import sys

import typer

from centralita.commands import backup, check, doctor, events, flow, init, restart, serve, user
from centralita.commands.faults import CommandError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Centralita: telephone exchange and contact centre.")
app.command("serve")(serve.serve)
app.command("init")(init.init)
app.command("check")(check.check)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("restart")(restart.restart)
app.command("events")(events.events)
app.command("doctor")(doctor.doctor)
app.add_typer(flow.app, name="flow")
app.add_typer(user.app, name="user")


def main() -> None:
    """Run one command; a fault that a person can mend is printed as one line each, with exit status 2."""
    try:
        app()
    except CommandError as error:
        for line in error.lines:
            print(line, file=sys.stderr)  # noqa: T201 - the command line's own output
        sys.exit(2)


if __name__ == "__main__":
    main()
