"""The command line: `centralita serve`, `init`, `check`, `flow test`, `user`, `backup`, `restore` and the rest.

Only the command that is asked for is loaded, and it loads what only it needs when it runs: the server starts faster
for it.
"""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from centralita.commands.faults import CommandError

# Each with the module of centralita.commands that has it; a module with an ``app`` has commands of its own.
COMMANDS = {
    "serve": "serve",
    "init": "init",
    "check": "check",
    "backup": "backup",
    "restore": "backup",
    "rebuild": "rebuild",
    "restart": "restart",
    "events": "events",
    "doctor": "doctor",
    "trace": "trace",
    "flow": "flow",
    "user": "user",
}
HELP = "Centralita: telephone exchange and contact centre."


def application(arguments: list[str]) -> typer.Typer:
    """The commands that these arguments ask for: one, or all where there is something to be listed."""
    app = typer.Typer(no_args_is_help=True, add_completion=False)
    app.callback(help=HELP)(_before_any_command)
    asked = arguments[0] if arguments and arguments[0] in COMMANDS else None
    for name, module in COMMANDS.items():
        if asked in (None, name):
            command = import_module(f"centralita.commands.{module}")
            if hasattr(command, "app"):
                app.add_typer(command.app, name=name)
            else:
                app.command(name)(getattr(command, name))
    return app


def _before_any_command() -> None:
    """Nothing is done before a command; with this, a command that is alone still has a name."""


def main() -> None:
    """Run one command; a fault that a person can mend is printed as one line each, with exit status 2."""
    try:
        application(sys.argv[1:])()
    except CommandError as error:
        for line in error.lines:
            print(line, file=sys.stderr)  # noqa: T201 - the command line's own output
        sys.exit(2)


if __name__ == "__main__":
    main()
