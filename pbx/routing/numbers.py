"""Telephone numbers in one form, E.164 with ``+`` (ITU-T E.164), whatever way they were written or dialled.

Every comparison of two numbers in Centralita happens between results of this module.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

OUTSIDE_LINE = "0"
MAX_WRITTEN = 64

_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_SEPARATORS = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]")
_DIALLABLE = re.compile(r"\+?[0-9]+")
_WITHHELD = frozenset({"", "anonymous", "restricted", "private", "withheld", "unavailable", "unknown", "nobody"})


def is_e164(text: str) -> bool:
    """Whether ``text`` is already ``+`` and 6 to 15 digits."""
    return _E164.fullmatch(text) is not None


def bare(text: str) -> str:
    """``text`` without what people and telephones put between digits, URI parameters and a final ``#``.

    A text longer than MAX_WRITTEN characters is no number: empty.
    """
    if len(text) > MAX_WRITTEN:
        return ""
    return _SEPARATORS.sub("", text.strip().partition(";")[0]).removesuffix("#")


def normalise(written: str, country: str = "ES") -> str | None:
    """A number as people, files and carriers write it, in E.164; None when it is not one.

    Takes ``+34 600 11 12 22``, ``0034…``, ``34600111222`` and ``600 111 222`` alike. National numbers belong to
    ``country`` (ISO 3166-1 alpha-2). A ``+`` is believed: what follows it is not checked against numbering plans.
    """
    text = bare(written.removeprefix("tel:"))
    return _normalise(text, country) if _DIALLABLE.fullmatch(text) else None


@lru_cache(maxsize=8192)
def _normalise(text: str, country: str) -> str | None:
    if text.startswith("+"):
        return text if is_e164(text) else None
    national = _national(text, country)
    if national is not None and is_e164(national):  # some plans have numbers that are longer than E.164 allows
        return national
    if text.startswith("00"):
        international = "+" + text[2:]
        return international if is_e164(international) else None
    with_country_code = f"+{text}"
    if _is_valid(with_country_code) and is_e164(with_country_code):
        return with_country_code
    return _unlisted(text, country) or (with_country_code if is_e164(with_country_code) else None)


def caller_id(given: str, country: str = "ES") -> str | None:
    """The caller's number as a carrier sends it, in E.164; None when it is withheld or is no number."""
    if given.strip().lower() in _WITHHELD:
        return None
    return normalise(given, country)


def outside(dialled: str, country: str = "ES") -> str | None:
    """What a telephone of the house dials to the outside, in E.164; None when it does not mean an outside number.

    ``0`` takes the outside line: ``0`` + national and ``0`` + ``00`` + international; ``+…`` and ``00…`` work without
    it, and so does a complete national number.
    """
    text = bare(dialled)
    return _outside(text, country) if _DIALLABLE.fullmatch(text) else None


@lru_cache(maxsize=8192)
def _outside(text: str, country: str) -> str | None:
    if text.startswith("+"):
        return text if is_e164(text) else None
    if text.startswith("000"):
        international = "+" + text[3:]
        return international if is_e164(international) else None
    if text.startswith(OUTSIDE_LINE):
        after = text[len(OUTSIDE_LINE) :]
        if (national := _national(after, country)) is not None:
            return national
        if text.startswith("00"):
            international = "+" + text[2:]
            return international if is_e164(international) else None
        return _unlisted(after, country)
    return _national(text, country)


def normal_prefix(written: str, country: str = "ES") -> str | None:
    """The first digits of numbers, as people write them (``900``, ``0034900``, ``+34900``), from the ``+`` on."""
    text = bare(written)
    if not _DIALLABLE.fullmatch(text):
        return None
    if text.startswith("00"):
        text = "+" + text[2:]
    if not text.startswith("+"):
        text = f"+{phonenumbers.country_code_for_region(country)}{text}"
    return text if re.fullmatch(r"\+[1-9][0-9]{0,14}", text) else None


def dialled_form(number: str, country: str = "ES") -> str:
    """E.164 as dialled in ``country``, digits only: ``600111222``, ``00442079460123``."""
    parsed = _parse(number, None)
    if parsed is None:
        return number
    written = phonenumbers.format_out_of_country_calling_number(parsed, country)
    return "".join(character for character in written if character.isdigit())


def _parse(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None


def _is_valid(text: str, country: str | None = None) -> bool:
    parsed = _parse(text, country)
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def _national(text: str, country: str) -> str | None:
    parsed = _parse(text, country)
    if parsed is None or parsed.country_code != phonenumbers.country_code_for_region(country):
        return None
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return number if phonenumbers.is_valid_number(parsed) and is_e164(number) else None


def _unlisted(text: str, country: str) -> str | None:
    """A number that its country's plan does not list (service numbers, new ranges), with the country's code."""
    number = f"+{phonenumbers.country_code_for_region(country)}{text}"
    if text.startswith("0") or not is_e164(number):
        return None
    parsed = _parse(number, None)
    too_long = phonenumbers.ValidationResult.TOO_LONG
    return None if parsed and phonenumbers.is_possible_number_with_reason(parsed) == too_long else number
