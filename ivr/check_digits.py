"""Check digits of numbers that callers type: a slip of the finger is heard at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_WEIGHTS_11 = (2, 3, 4, 5, 6, 7)


def luhn(digits: str) -> bool:
    """The last digit by ISO/IEC 7812-1 annex B (cards, many customer numbers)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mod11(digits: str) -> bool:
    """The last digit by weights 2 to 7 from the right, modulo 11; a rest that needs a tenth digit is never right."""
    weighted = sum(int(digit) * _WEIGHTS_11[at % 6] for at, digit in enumerate(reversed(digits[:-1])))
    expected = (11 - weighted % 11) % 11
    return expected < 10 and expected == int(digits[-1])


def mod97(digits: str) -> bool:
    """The last two digits by ISO/IEC 7064 MOD 97-10 (references such as those of ISO 11649, in digits)."""
    return len(digits) > 2 and int(digits) % 97 == 1


SCHEMES: Mapping[str, Callable[[str], bool]] = {"luhn": luhn, "mod11": mod11, "mod97": mod97}
