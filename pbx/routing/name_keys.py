"""Names as they are spelled on a telephone's keys (ITU-T E.161): ANA is 262."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_KEYS = {
    letter: key
    for key, letters in {
        "2": "abc",
        "3": "def",
        "4": "ghi",
        "5": "jkl",
        "6": "mno",
        "7": "pqrs",
        "8": "tuv",
        "9": "wxyz",
    }.items()
    for letter in letters
}


def spelled(name: str) -> list[str]:
    """The keys of each word of a name."""
    plain = unicodedata.normalize("NFD", name).casefold()
    words = "".join(letter if letter in _KEYS else " " if letter.isspace() or letter == "-" else "" for letter in plain)
    return ["".join(_KEYS[letter] for letter in word) for word in words.split()]


def found_by_keys(names: Iterable[tuple[str, str]], keys: str) -> list[str]:
    """Who (the first of each pair) has a name (the second) with a word that begins so, in the order given."""
    return [who for who, name in names if keys and any(word.startswith(keys) for word in spelled(name))]
