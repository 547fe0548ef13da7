"""What the audit log shows of a change."""

from __future__ import annotations

from store.audit import MASK, SCALAR, differences


def test_only_what_differs_is_told() -> None:
    found = differences({"title": "a", "weight": 1}, {"title": "b", "weight": 1, "hours": None})
    assert [(one.field, one.before, one.after) for one in found] == [("title", "a", "b")]


def test_no_pin_is_told_but_that_it_changed_is() -> None:
    found = differences(
        {"pin": "1234", "agents": {"supervision_pin": "", "watch_s": 4}},
        {"pin": "9999", "agents": {"supervision_pin": "4321", "watch_s": 4}},
    )
    assert [(one.field, one.before, one.after) for one in found] == [
        ("pin", MASK, MASK),
        ("agents", {"supervision_pin": "", "watch_s": 4}, {"supervision_pin": MASK, "watch_s": 4}),
    ]


def test_a_long_text_is_shortened_wherever_it_stands() -> None:
    (change,) = differences({"script": {"es": "x" * 500}}, {"script": {"es": "y" * 500}})
    assert change.after == {"es": "y" * SCALAR + "…"}


def test_a_list_is_told_as_its_entries_are() -> None:
    (change,) = differences({"rooms": []}, {"rooms": [{"name": "700", "pin": "1234"}, {"name": "x" * 500}]})
    assert change.after == [{"name": "700", "pin": MASK}, {"name": "x" * SCALAR + "…"}]
