"""The block list: whose calls are turned away before anything else happens to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pbx.routing import numbers

_EXTENSION = re.compile(r"[0-9]{2,6}")

ANONYMOUS = "anonymous"
REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry: a number, a prefix (``+34900*``) or ``anonymous``, and what happens to the call (``reject``: 603)."""

    number: str
    action: str = REJECT
    id: str = ""


class Blocklist:
    """Immutable index over the rules: a look-up costs one hash per prefix length in use, however many rules there are.

    An exact number is found before a prefix, a longer prefix before a shorter one.
    """

    def __init__(self, rules: Iterable[Rule] = (), country: str = "ES") -> None:
        # Tuples of strings: the garbage collector does not visit them, so that a long list costs no pauses.
        self._exact: dict[str, tuple[str, str, str]] = {}
        self._prefixes: dict[str, tuple[str, str, str]] = {}
        self._anonymous: Rule | None = None
        for rule in rules:
            self._add(rule, country)
        self._lengths = tuple(sorted({len(prefix) for prefix in self._prefixes}, reverse=True))

    def __len__(self) -> int:
        return len(self._exact) + len(self._prefixes) + (self._anonymous is not None)

    def match(self, number: str | None) -> Rule | None:
        """The rule that turns this caller away; ``number`` in E.164, None when withheld."""
        if number is None:
            return self._anonymous
        found = self._exact.get(number)
        if found is not None:
            return Rule(*found)
        for length in self._lengths:
            found = self._prefixes.get(number[:length])
            if found is not None:
                return Rule(*found)
        return None

    def _add(self, rule: Rule, country: str) -> None:
        pattern = normal_pattern(rule.number, country)
        if pattern is None:
            return
        if pattern == ANONYMOUS:
            self._anonymous = rule
        elif pattern.endswith("*"):
            self._prefixes[pattern[:-1]] = (rule.number, rule.action, rule.id)
        else:
            self._exact[pattern] = (rule.number, rule.action, rule.id)


def normal_pattern(written: str, country: str = "ES") -> str | None:
    """An entry as people write it (``900 *``, ``0034900*``, ``600111222``) as it is compared; None when it is none.

    A prefix is ``+`` and at least one digit before the ``*``; a national one belongs to ``country``. Two to six digits
    that are no number of ``country`` are an extension.
    """
    text = numbers.bare(written)
    if text.lower() == ANONYMOUS:
        return ANONYMOUS
    if not text.endswith("*"):
        return numbers.normalise(text, country) or (text if _EXTENSION.fullmatch(text) else None)
    prefix = numbers.normal_prefix(text[:-1], country)
    return None if prefix is None else f"{prefix}*"
