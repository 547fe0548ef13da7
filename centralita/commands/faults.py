"""What goes wrong on the command line, as lines for a person."""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings, SettingsError, load_settings


class CommandError(Exception):
    """The command cannot be carried out; ``lines`` say why and what to do, one fault each."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def settings_or_fault(file: Path | None = None) -> Settings:
    """The settings. Raises CommandError with one line per fault."""
    try:
        return load_settings(file)
    except SettingsError as error:
        raise CommandError(*error.faults) from None
