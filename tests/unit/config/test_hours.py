"""Opening hours that are not to be read are refused with the reason, before anything is closed by them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.hours import OpeningHours


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"weekly": {"mon": ["14:00-09:00"]}}, "ends before it begins"),
        ({"weekly": {"mon": ["09:00-09:00"]}}, "ends before it begins"),
        ({"weekly": {"lun": ["09:00-14:00"]}}, "pattern"),
        ({"dates": {"2026-02-30": []}}, "there is no day '2026-02-30'"),
        ({"dates": {"2026-12-24": ["25:00-26:00"]}}, "pattern"),
        ({"holidays": "ZZ"}, "none are known for 'ZZ'"),
        ({"holidays": "ES-XX"}, "none are known for 'ES-XX'"),
    ],
)
def test_what_nobody_can_read_is_refused(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        OpeningHours.model_validate(fields)


def test_the_end_of_the_day_closed_days_and_regions_are_allowed() -> None:
    hours = OpeningHours.model_validate(
        {
            "weekly": {"sat-mon": ["00:00-24:00"]},
            "dates": {"2028-02-29": [], "2026-12-24": ["09:00-13:00"]},
            "holidays": "ES-MD",
        }
    )
    assert hours.dates["2028-02-29"] == ()
