"""Which number is shown outside."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.caller_id import CallerIdRule, shown_number
from config.loading import load_company_file

MAIN, SALES, LONDON, OWN = "+34910000001", "+34910000002", "+34910000003", "+34910000009"
RULES = (
    CallerIdRule(number=LONDON, prefix="+44"),
    CallerIdRule(number=SALES, queue="sales"),
    CallerIdRule(number=MAIN, department="shop"),
)


@pytest.mark.parametrize(
    ("called", "queue", "department", "own", "shown"),
    [
        ("+442079460123", None, "", None, LONDON),
        ("+442079460123", "sales", "", OWN, LONDON),
        ("+34600111222", "sales", "shop", OWN, SALES),
        ("+34600111222", None, "shop", OWN, OWN),
        ("+34600111222", None, "shop", None, MAIN),
        ("+34600111222", "support", "stock", None, None),
    ],
)
def test_the_narrowest_counts(called: str, queue: str | None, department: str, own: str | None, shown: str) -> None:
    assert shown_number(RULES, called, queue=queue, department=department, own=own) == shown


def test_a_rule_says_when_it_counts_and_names_what_there_is() -> None:
    with pytest.raises(ValidationError, match="a rule for every call"):
        CallerIdRule(number=MAIN)
    document = load_company_file().model_dump()
    rules = [{"number": "+34999999999", "queue": "nowhere"}]
    with pytest.raises(ValidationError) as refused:
        type(load_company_file()).model_validate({**document, "caller_ids": rules})
    assert "no queue 'nowhere'" in str(refused.value) and "'+34999999999' is not the company's" in str(refused.value)
