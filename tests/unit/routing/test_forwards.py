"""Forwarding: on, off, remembered, and never in circles."""

from __future__ import annotations

import pytest

from pbx.routing.errors import ForwardingLoopError, TooManyDiversionsError
from pbx.routing.forwards import Forwards, check_diversion


def test_on_and_off() -> None:
    changes: list[int] = []
    forwards = Forwards(changed=lambda: changes.append(1))
    forwards.set("always", "101", "0600111222")
    assert forwards.to("always", "101") == "0600111222"
    assert forwards.to("always", "102") is None
    forwards.set("always", "101", None)
    assert forwards.to("always", "101") is None
    assert len(changes) == 2


def test_turning_off_what_is_off_is_fine() -> None:
    forwards = Forwards()
    forwards.set("always", "101", None)
    assert forwards.to("always", "101") is None


def test_survives_as_a_document() -> None:
    before, after = Forwards(), Forwards()
    before.set("always", "101", "102")
    after.restore(before.document()())
    assert after.to("always", "101") == "102"


@pytest.mark.parametrize("document", [None, [], {}, {"always": []}, {"always": {"101": 5, "102": "", "103": "9" * 99}}])
def test_a_document_that_does_not_fit_is_left_out(document: object) -> None:
    forwards = Forwards()
    forwards.restore(document)
    assert forwards.document()()["always"] == {}


def test_a_target_of_any_length_is_not_taken() -> None:
    with pytest.raises(ValueError, match="allowed: 32"):
        Forwards().set("always", "101", "1" * 33)


def test_a_loop_is_found_whatever_its_length() -> None:
    check_diversion(["101"], "102")
    for chain in (["101"], ["101", "102"], ["101", "102", "103"]):
        with pytest.raises(ForwardingLoopError) as error:
            check_diversion(chain, "101")
        assert error.value.status == 482


def test_five_diversions_and_no_more() -> None:
    check_diversion(["1", "2", "3", "4", "5"], "6")
    with pytest.raises(TooManyDiversionsError):
        check_diversion(["1", "2", "3", "4", "5", "6"], "7")
