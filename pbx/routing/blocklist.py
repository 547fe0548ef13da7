"""The block list: whose calls are turned away before anything else happens to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pbx.routing import numbers

_EXTENSION = re.compile(r"[0-9]{2,6}")

ANONYMOUS = "anonymous"
REJECT = "reject"
ALLOW = "allow"
COMPANY = "company"
ANY_DIGIT = "?"
_PATTERN = re.compile(r"\+[1-9][0-9?]{2,14}\*?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry: a number, a prefix (``+34900*``), a pattern (``+3460011??22``) or ``anonymous``, and what happens.

    ``scope``: ``company``, ``department:NAME`` or ``person:LOGIN``; it counts until ``expires_at`` (epoch seconds).
    """

    number: str
    action: str = REJECT
    id: str = ""
    scope: str = COMPANY
    expires_at: float | None = None


Row = tuple[str, str, str, str, float | None]


class Blocklist:
    """Immutable index over the rules: a look-up costs one hash per scope and prefix length, however many there are.

    An exact number is found before a pattern, a pattern before a prefix, a longer prefix before a shorter one.
    """

    def __init__(self, rules: Iterable[Rule] = (), country: str = "ES") -> None:
        # Tuples of strings: the garbage collector does not visit them, so that a long list costs no pauses.
        self._exact: dict[tuple[str, str], Row] = {}
        self._prefixes: dict[tuple[str, str], Row] = {}
        self._patterns: dict[tuple[str, str], list[tuple[str, Row]]] = {}
        self._size = 0
        for rule in rules:
            self._add(rule, country)
        self._lengths = _lengths(self._prefixes)
        self._pattern_lengths = _lengths(self._patterns)

    def __len__(self) -> int:
        return self._size

    def match(self, number: str | None, scopes: Sequence[str] = (COMPANY,), now: float = 0.0) -> Rule | None:
        """The rule that turns this caller away; ``number`` in E.164, None when withheld.

        ``scopes``: the nearest first; the first with a rule for the number decides, by blocking or by allowing.
        """
        for scope in scopes:
            row = self._find(scope, ANONYMOUS if number is None else number, now)
            if row is not None:
                return None if row[1] == ALLOW else Rule(*row)
        return None

    def _find(self, scope: str, number: str, now: float) -> Row | None:
        found = self._exact.get((scope, number))
        if found is not None and _counts(found, now):
            return found
        if number == ANONYMOUS:
            return None
        for length in self._pattern_lengths:
            for pattern, row in self._patterns.get((scope, number[:length]), ()):
                if _fits(pattern, number) and _counts(row, now):
                    return row
        for length in self._lengths:
            found = self._prefixes.get((scope, number[:length]))
            if found is not None and _counts(found, now):
                return found
        return None

    def _add(self, rule: Rule, country: str) -> None:
        pattern = normal_pattern(rule.number, country)
        if pattern is None:
            return
        row: Row = (rule.number, rule.action, rule.id, rule.scope, rule.expires_at)
        self._size += 1
        if ANY_DIGIT in pattern:
            literal = pattern[: pattern.index(ANY_DIGIT)]
            self._patterns.setdefault((rule.scope, literal), []).append((pattern, row))
        elif pattern.endswith("*"):
            self._prefixes[rule.scope, pattern[:-1]] = row
        else:
            self._exact[rule.scope, pattern] = row


def _lengths(index: Mapping[tuple[str, str], object]) -> tuple[int, ...]:
    return tuple(sorted({len(prefix) for _, prefix in index}, reverse=True))


def _counts(row: Row, now: float) -> bool:
    return row[4] is None or now < row[4]


def _fits(pattern: str, number: str) -> bool:
    wanted = pattern.removesuffix("*")
    if len(number) < len(wanted) or (len(number) > len(wanted) and wanted == pattern):
        return False
    return all(a in (b, ANY_DIGIT) for a, b in zip(wanted, number, strict=False))


def normal_pattern(written: str, country: str = "ES") -> str | None:
    """An entry as people write it (``900 *``, ``0034900*``, ``600111222``) as it is compared; None when it is none.

    A prefix is ``+`` and at least one digit before the ``*``; a national one belongs to ``country``. Two to six digits
    that are no number of ``country`` are an extension.
    """
    text = numbers.bare(written)
    if text.lower() == ANONYMOUS:
        return ANONYMOUS
    if ANY_DIGIT in text:
        return text if _PATTERN.fullmatch(text) else None
    if not text.endswith("*"):
        return numbers.normalise(text, country) or (text if _EXTENSION.fullmatch(text) else None)
    prefix = numbers.normal_prefix(text[:-1], country)
    return None if prefix is None else f"{prefix}*"
