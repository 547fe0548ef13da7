"""The block list: what is taken, what is refused, and a file of many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.blocklist import (
    MAX_IMPORT_BYTES,
    KeptRule,
    NewRule,
    add_rule,
    check_rule,
    import_rules,
    load_rules,
    page_of_rules,
    parse_csv,
    remove_rule,
)
from store.engine import Database
from store.errors import BlockRuleError


@pytest.mark.parametrize(
    ("number", "kept"),
    [("+34 600-111-222", "+34600111222"), ("+3480*", "+3480*"), ("101", "101"), ("(600) 111.222", "600111222")],
)
def test_numbers_and_prefixes_are_kept_in_one_form(number: str, kept: str) -> None:
    assert check_rule(number) == NewRule(kept, "reject", "")


@pytest.mark.parametrize("number", ["", "*", "+", "+0123", "abc", "+34600111222333444", "+34*6", "1" * 100])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(BlockRuleError, match="allowed"):
        check_rule(number)


def test_unknown_actions_and_long_notes_are_refused_together() -> None:
    with pytest.raises(BlockRuleError) as raised:
        check_rule("+34600111222", "explode", "x" * 501)
    assert [fault.split(":")[0] for fault in raised.value.faults] == ["action", "note"]


@pytest.mark.parametrize(
    "content",
    [
        b"number,action,note\n+34600111222,busy,a nuisance\n+3480*,,\n",
        b"\xef\xbb\xbfNumber;Action;Note\r\n+34600111222;busy;a nuisance\r\n+3480*;;\r\n",
        b"note,number,action\na nuisance,+34600111222,busy\n,+3480*,\n",
    ],
)
def test_a_file_may_come_from_any_spreadsheet(content: bytes) -> None:
    assert parse_csv(content) == [NewRule("+34600111222", "busy", "a nuisance"), NewRule("+3480*", "reject", "")]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"phone,reason\n1,2\n", "line 1: columns 'phone, reason'; allowed: number, action, note"),
        (b"", "line 1: columns"),
        (b"number\n+34600111222\nnonsense\n", "line 3: number: 'nonsense'"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"number\n" + b"1" * MAX_IMPORT_BYTES, "larger than"),
    ],
)
def test_a_file_that_is_wrong_says_where(content: bytes, fault: str) -> None:
    with pytest.raises(BlockRuleError) as raised:
        parse_csv(content)
    assert fault in raised.value.faults[0]


def test_a_file_of_nonsense_names_a_hundred_faults_and_not_a_million() -> None:
    with pytest.raises(BlockRuleError) as raised:
        parse_csv(b"number\n" + b"x\n" * 10_000)
    assert len(raised.value.faults) == 100


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("number\n" + text).encode()))
def test_any_bytes_give_rules_or_the_documented_error(content: bytes) -> None:
    try:
        rules = parse_csv(content)
    except BlockRuleError as error:
        assert error.faults
    else:
        assert all(check_rule(rule.number, rule.action, rule.note) == rule for rule in rules)


async def test_rules_are_kept_replaced_paged_and_removed(database: Database) -> None:
    async with database.transaction() as session:
        for number in range(3):
            await add_rule(session, f"id-{number}", NewRule(f"+3460011122{number}"), by="admin", now=float(number))
        again = await add_rule(session, "id-9", NewRule("+34600111220", "busy", "again"), by="ana", now=9.0)
        assert again.id == "id-0"
    async with database.transaction() as session:
        first = await page_of_rules(session, 2)
        rest = await page_of_rules(session, 2, (first[-1].created_at, first[-1].id))
        assert [row.id for row in first + rest] == ["id-2", "id-1", "id-0"]
        assert await remove_rule(session, "id-1") == "+34600111221"
        assert await remove_rule(session, "id-1") is None
        kept = {(rule.number, rule.id, rule.action) for rule in await load_rules(session)}
        assert kept == {("+34600111220", "id-0", "busy"), ("+34600111222", "id-2", "reject")}


async def test_an_import_adds_what_is_new_and_leaves_what_is_known(database: Database) -> None:
    rules = [(f"id-{number}", NewRule(f"+346{number:08d}", "busy")) for number in range(1200)]
    async with database.transaction() as session:
        await add_rule(session, "known", NewRule("+34600000007", "silence"), by=None, now=1.0)
        assert await import_rules(session, rules, by="admin", now=2.0) == 1199
        assert await import_rules(session, rules, by="admin", now=2.0) == 0
        assert KeptRule("+34600000007", "silence", "known", "company", None) in await load_rules(session)
