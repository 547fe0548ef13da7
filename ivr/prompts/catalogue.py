"""The texts of all prompts, by language and name, with their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

from ivr.document import Document
from ivr.errors import IvrError

LANGUAGES = ("es", "en")
_FOLDER = Path(__file__).parent
_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_RANGE = re.compile(r"([0-9]+)-([0-9]+)")


class CatalogueError(IvrError):
    """The prompt catalogue does not read as it should, or a prompt was asked for with the wrong parameters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt. ``one``: the text where its number is 1; ``values``: first and last of the numbers spoken ahead."""

    text: str
    one: str = ""
    values: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def filled(self, values: Mapping[str, str | int]) -> str:
        """The text with its parameters. Raises CatalogueError when one is missing."""
        text = self.one if self.one and any(str(value) == "1" for value in values.values()) else self.text
        try:
            return _VARIABLE.sub(lambda found: str(values[found[1]]), text)
        except KeyError as error:
            raise CatalogueError(f"'{self.text}' needs {error.args[0]}") from None

    def all_texts(self) -> Iterator[str]:
        """Every text to speak ahead of time."""
        names = list(self.values)
        for numbers in product(*(range(first, last + 1) for first, last in self.values.values())):
            yield self.filled(dict(zip(names, numbers, strict=True)))


@cache
def catalogue(language: str) -> Mapping[str, Entry]:
    """Every prompt of one language by name. Raises CatalogueError."""
    file = _FOLDER / f"{language}.yaml"
    if language not in LANGUAGES:
        raise CatalogueError(f"no prompts in '{language}'; allowed: {', '.join(LANGUAGES)}")
    return {name: _entry(name, value) for name, value in Document(file.read_text("utf-8"), file.name).value.items()}


def _entry(name: str, value: str | dict[str, object]) -> Entry:
    if isinstance(value, str):
        return Entry(value)
    ranges = value.get("values", {})
    assert isinstance(ranges, dict)
    values = {}
    for parameter, span in ranges.items():
        found = _RANGE.fullmatch(str(span))
        if found is None:
            raise CatalogueError(f"{name}: values.{parameter}: '{span}' is given; allowed: FIRST-LAST")
        values[parameter] = (int(found[1]), int(found[2]))
    return Entry(str(value["text"]), str(value.get("one", "")), values)


@cache
def prompt_names() -> frozenset[str]:
    """Every name that ``clips`` knows in all languages, beside ``text``."""
    return frozenset.intersection(*(frozenset(catalogue(language)) for language in LANGUAGES))
