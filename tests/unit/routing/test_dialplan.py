"""What a dialled string means for whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.company import Company, Destination
from pbx.ports import Match
from pbx.routing.codes import EchoTest, FetchParked, Forward, Park, PickUp
from pbx.routing.dialplan import Dialplan, ToCode, ToDestination, ToOutside, Unknown


@pytest.fixture(scope="module")
def plan(company: Company) -> Dialplan:
    return Dialplan(company)


def person(extension: str) -> Destination:
    return Destination(kind="person", target=extension)


def test_a_phone_reaches_people_and_rooms(plan: Dialplan) -> None:
    assert plan.from_phone("101") == ToDestination(person("101"), "101")
    assert plan.from_phone("700") == ToDestination(Destination(kind="room", target="700"), "700")


def test_a_phone_reaches_the_outside(plan: Dialplan) -> None:
    assert plan.from_phone("0600111222") == ToOutside("+34600111222")
    assert plan.from_phone("000442079460123") == ToOutside("+442079460123")
    assert plan.from_phone("+442079460123") == ToOutside("+442079460123")


@pytest.mark.parametrize("dialled", ["112", "0112", "1 1 2", "112#"])
def test_emergency_numbers_always_go_out(plan: Dialplan, dialled: str) -> None:
    assert plan.from_phone(dialled) == ToOutside("112", emergency=True)


def test_an_extension_cannot_hide_an_emergency_number(company: Company) -> None:
    people = (*company.people, company.people[0].model_copy(update={"login": "eve", "extension": "112"}))
    plan = Dialplan(company.model_copy(update={"people": people}))
    assert plan.from_phone("112") == ToOutside("112", emergency=True)


def test_an_emergency_number_that_begins_with_the_outside_prefix_goes_out_whole(company: Company) -> None:
    plan = Dialplan(company.model_copy(update={"emergency_numbers": ("000",)}))
    assert plan.from_phone("000") == ToOutside("000", emergency=True)
    assert plan.from_phone("0000") == ToOutside("000", emergency=True)


@pytest.mark.parametrize(
    ("dialled", "code"),
    [
        ("*43", EchoTest()), ("*8", PickUp()), ("*8101", PickUp("101")), ("*70", Park()), ("*701", FetchParked(1)),
        ("*21", Forward("always", None)), ("*210600111222", Forward("always", "0600111222")), ("*43#", EchoTest()),
    ],
)  # fmt: skip
def test_codes_from_a_phone(plan: Dialplan, dialled: str, code: object) -> None:
    meant = plan.from_phone(dialled)
    assert isinstance(meant, ToCode)
    assert meant.code == code


@pytest.mark.parametrize("dialled", ["*99", "*", "104", "7", "", "ana", "1010", "0", "9999", "x" * 500])
def test_what_nobody_has_is_404(plan: Dialplan, dialled: str) -> None:
    meant = plan.from_phone(dialled)
    assert isinstance(meant, Unknown)
    assert meant.status == 404


@pytest.mark.parametrize("dialled", ["+34910000001", "34910000001", "0034910000001", "910000001", "+34 910 00 00 01"])
def test_the_trunk_reaches_our_numbers_in_any_format(plan: Dialplan, dialled: str) -> None:
    assert plan.from_trunk(dialled) == ToDestination(
        Destination(kind="menu", target="main"), "+34910000001", language="es"
    )


@pytest.mark.parametrize("dialled", ["+34910000099", "101", "700", "*43", "*8", "112", "0600111222", "", "sip"])
def test_the_trunk_reaches_nothing_else(plan: Dialplan, dialled: str) -> None:
    meant = plan.from_trunk(dialled)
    assert isinstance(meant, Unknown)
    assert meant.status == 404


def test_a_menu_reaches_extensions_and_rooms(plan: Dialplan) -> None:
    assert plan.from_menu("101") == ToDestination(person("101"), "101")
    assert plan.from_menu("700#") == ToDestination(Destination(kind="room", target="700"), "700")


@given(st.text(alphabet="0123456789*#+", max_size=12))
def test_a_menu_never_reaches_a_code_or_the_outside(company: Company, typed: str) -> None:
    plan = Dialplan(company)
    assert isinstance(plan.from_menu(typed), ToDestination | Unknown)
    assert isinstance(plan.from_menu("*43"), Unknown)
    assert isinstance(plan.from_menu("0600111222"), Unknown)
    assert isinstance(plan.from_menu("112"), Unknown)


@pytest.mark.parametrize(
    ("digits", "match"),
    [
        ("", Match.PREFIX), ("1", Match.PREFIX), ("10", Match.PREFIX), ("101", Match.EXACT), ("7", Match.PREFIX),
        ("70", Match.PREFIX), ("700", Match.EXACT), ("2", Match.NONE), ("1011", Match.NONE), ("*", Match.NONE),
    ],
)  # fmt: skip
def test_matching_while_typing(plan: Dialplan, digits: str, match: Match) -> None:
    assert plan.extensions_starting_with(digits) is match


def test_an_extension_that_begins_another(company: Company) -> None:
    people = (*company.people, company.people[0].model_copy(update={"login": "eve", "extension": "1011"}))
    plan = Dialplan(company.model_copy(update={"people": people}))
    assert plan.extensions_starting_with("101") is Match.EXACT_AND_PREFIX
    assert plan.extensions_starting_with("1011") is Match.EXACT


@given(st.text(max_size=40))
def test_every_text_means_something_and_names_what_was_dialled(company: Company, text: str) -> None:
    plan = Dialplan(company)
    assert isinstance(plan.from_phone(text).dialled, str)
    assert isinstance(plan.from_trunk(text).dialled, str)


def test_departments_have_internal_numbers_for_telephones_and_menus(company: Company) -> None:
    groups = (company.ring_groups[0].model_copy(update={"extension": "200"}), *company.ring_groups[1:])
    queues = (company.queues[0].model_copy(update={"extension": "201"}), *company.queues[1:])
    plan = Dialplan(company.model_copy(update={"ring_groups": groups, "queues": queues}))
    for typed, kind, name in (("200", "ring_group", groups[0].name), ("201", "queue", queues[0].name)):
        place = ToDestination(Destination(kind=kind, target=name), typed)
        assert plan.from_phone(typed) == plan.from_menu(typed) == place
    assert plan.extensions_starting_with("2") is Match.PREFIX


@pytest.mark.parametrize("dialled", ["0910000003", "+34910000003", "000 34 910 00 00 03", "910000003"])
def test_a_number_of_the_company_leads_where_it_leads_the_world(company: Company, dialled: str) -> None:
    plan = Dialplan(company)
    assert plan.from_phone(dialled) == plan.from_trunk("+34910000003")
    out = Dialplan(company.model_copy(update={"own_numbers": "trunk"}))
    assert out.from_phone(dialled) == ToOutside("+34910000003")
