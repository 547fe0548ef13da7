"""Numbers in any form come out in one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pbx.routing import numbers

NATIONAL = st.from_regex(r"[6789][1-9][0-9]{7}", fullmatch=True)
E164 = st.from_regex(r"\+[1-9][0-9]{5,14}", fullmatch=True)


@pytest.mark.parametrize(
    "written",
    [
        "+34600111222", "+34 600 11 12 22", "0034600111222", "00 34 600-111-222", "34600111222", "600111222",
        "600 11 12 22", "(600) 111.222", "tel:+34-600-111-222", "+34600111222;user=phone", " +34600111222 ",
    ],
)  # fmt: skip
def test_every_way_to_write_a_spanish_mobile_is_the_same_number(written: str) -> None:
    assert numbers.normalise(written) == "+34600111222"


@pytest.mark.parametrize("written", ["442079460123", "00442079460123", "+44 20 7946 0123"])
def test_a_foreign_number_keeps_its_country(written: str) -> None:
    assert numbers.normalise(written) == "+442079460123"


def test_a_national_number_belongs_to_the_company_country() -> None:
    assert numbers.normalise("020 7946 0123", "GB") == "+442079460123"
    assert numbers.normalise("600111222", "ES") == "+34600111222"


@pytest.mark.parametrize(
    "text",
    ["", "+", "sipp", "ana", "12", "112", "+0123456", "++34600111222", "+34600111222x", "0" * 65, "\x00", "é", "٣٤٦٠٠"],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert numbers.normalise(text) is None


@pytest.mark.parametrize(
    "text", ["anonymous", "Anonymous", "Restricted", "private", "unavailable", "unknown", "", "  ", "sip-user"]
)
def test_a_withheld_caller_is_none(text: str) -> None:
    assert numbers.caller_id(text) is None


def test_a_service_number_without_a_plan_gets_the_country_code() -> None:
    assert numbers.caller_id("1004") == "+341004"


@pytest.mark.parametrize(
    ("dialled", "expected"),
    [
        ("0600111222", "+34600111222"),  # 0 + national
        ("0910000001", "+34910000001"),
        ("000442079460123", "+442079460123"),  # 000 means +
        ("00034600111222", "+34600111222"),
        ("+442079460123", "+442079460123"),  # as it is
        ("+34600111222", "+34600111222"),
        ("+999123456789", "+999123456789"),
        ("00442079460123", "+442079460123"),  # 00, as on any telephone in Spain
        ("0 600 11 12 22", "+34600111222"),
        ("0600111222#", "+34600111222"),
        ("600111222", "+34600111222"),
        ("01004", "+341004"),
    ],
)
def test_outside_numbers_by_the_dialling_rules(dialled: str, expected: str) -> None:
    assert numbers.outside(dialled) == expected


@pytest.mark.parametrize("dialled", ["", "0", "00", "000", "0000000000", "101", "999", "0abc", "+", "0112", "*43"])
def test_what_is_no_outside_number_is_none(dialled: str) -> None:
    assert numbers.outside(dialled) is None


def test_a_country_whose_national_prefix_is_zero_can_dial_both_ways() -> None:
    assert numbers.outside("002079460123", "GB") == "+442079460123"
    assert numbers.outside("02079460123", "GB") == "+442079460123"
    assert numbers.outside("00034600111222", "GB") == "+34600111222"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("900", "+34900"),
        ("+34900", "+34900"),
        ("0034 900", "+34900"),
        ("00", None),
        ("+", None),
        ("", None),
        ("x", None),
    ],
)
def test_prefixes(written: str, expected: str | None) -> None:
    assert numbers.normal_prefix(written) == expected


@given(NATIONAL)
def test_zero_and_national_is_the_national_number(national: str) -> None:
    assert numbers.outside(f"0{national}") == f"+34{national}"


@given(E164)
def test_plus_is_taken_as_it_is_and_triple_zero_means_plus(number: str) -> None:
    assert numbers.outside(number) == number
    assert numbers.outside("000" + number[1:]) == number


@given(st.text(max_size=80), st.sampled_from(["ES", "GB", "US", "DE"]))
def test_whatever_comes_the_result_is_e164_or_none(text: str, country: str) -> None:
    for result in (numbers.normalise(text, country), numbers.outside(text, country), numbers.caller_id(text, country)):
        assert result is None or numbers.is_e164(result)


@given(st.text(alphabet="+0123456789 -().", max_size=20), st.sampled_from(["ES", "DE", "AT", "GB", "US", "IT"]))
@example("+4902010000000000", "DE")  # a plan whose numbers are longer than E.164 allows
@example("02010000000000", "DE")
@example("4902010000000000", "ES")
def test_normalising_twice_changes_nothing(text: str, country: str) -> None:
    once = numbers.normalise(text, country)
    assert once is None or numbers.normalise(once, country) == once
