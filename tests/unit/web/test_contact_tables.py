"""Contacts by CSV, and two contacts that are one."""

from __future__ import annotations

from typing import Any

from tests.unit.web.conftest import House
from tests.unit.web.events import CARMEN
from tests.unit.web.test_leads import called
from web.api.resources.contacts import MAX_NUMBERS

CSV = {"Content-Type": "text/csv"}
HEAD = "name,company,numbers,responsible,email,vip\n"


async def sent(house: House, text: str, login: str = "sofia") -> tuple[int, dict[str, Any]]:
    response = await house.ask(login, "POST", "/contacts/import", data=text.encode(), headers=CSV)
    return response.status, await response.json(content_type=None)


async def test_a_table_adds_contacts_and_changes_those_that_it_knows(house: House) -> None:
    table = (
        HEAD + 'Eva,Taller Norte,600 333 444 | 91 000 11 22,luis,eva@example.com,yes\n"Ruiz, Carmen",,600111222,,,\n'
    )
    assert await sent(house, table) == (200, {"rows": 2, "added": 1, "changed": 1})
    (eva,) = (await house.get("ana", "/contacts?q=eva"))["items"]
    assert (eva["numbers"], eva["company"], eva["vip"]) == (["+34600333444", "+34910001122"], "Taller Norte", True)
    assert (await house.get("ana", "/lookup?number=600111222"))["contact"]["name"] == "Ruiz, Carmen"
    assert (await sent(house, table))[1] == {"rows": 2, "added": 0, "changed": 2}
    assert (await house.ask("ana", "POST", "/contacts/import", data=table.encode(), headers=CSV)).status == 403


async def test_one_wrong_line_and_nothing_is_taken_over(house: House) -> None:
    table = HEAD + "Eva,,600333444,,,\n,,,,,\nLuz,,12,,,\nPaz,,,nobody,,\nSol,,,,,maybe\nMar,,,,no address,\n"
    status, problem = await sent(house, table)
    assert status == 422
    fields = [fault["field"] for fault in problem["errors"]]
    assert fields == ["line 3: name", "line 4: numbers", "line 5: responsible", "line 6: vip", "line 7: email"]
    assert (await house.get("ana", "/contacts?q=eva"))["items"] == []
    for wrong in ("", "colour\nred\n", "name\n", "name\na\x00b\n", "name\n" + "a" * 201, "name\na,b\n"):
        assert (await sent(house, wrong))[0] == 422, wrong[:20]


async def test_a_table_is_checked_without_writing_anything(house: House) -> None:
    table = HEAD + "Eva,Taller Norte,600333444,,,\nCarmen,,600111222,,,\nEva,,600333444 | 600333445,,,\n"
    checked = await house.ask("sofia", "POST", "/contacts/import?check=true", data=table.encode(), headers=CSV)
    assert await checked.json() == {"rows": 3, "added": 1, "changed": 2}
    assert (await house.get("ana", "/contacts?q=eva"))["items"] == []
    assert await sent(house, table) == (200, {"rows": 3, "added": 1, "changed": 2})
    (eva,) = (await house.get("ana", "/contacts?q=eva"))["items"]
    assert (eva["numbers"], eva["company"]) == (["+34600333444", "+34600333445"], None)


async def test_what_a_table_has_no_column_for_stays_and_an_empty_cell_empties(house: House) -> None:
    assert (await sent(house, HEAD + "Eva,Taller Norte,600333444,luis,eva@example.com,yes\n"))[0] == 200
    assert (await sent(house, "name,numbers,email\nEva Sanz,600333444 | 600333445,\n"))[0] == 200
    (eva,) = (await house.get("ana", "/contacts?q=eva"))["items"]
    assert (eva["name"], eva["email"]) == ("Eva Sanz", None)
    assert (eva["company"], eva["responsible"], eva["vip"]) == ("Taller Norte", "luis", True)
    assert eva["numbers"] == ["+34600333444", "+34600333445"]


async def test_lines_about_one_contact_bring_it_no_more_numbers_than_a_contact_may_have(house: House) -> None:
    lines = [f"Eva,600333444 | 6003335{place:02}\n" for place in range(MAX_NUMBERS)]
    status, problem = await sent(house, "name,numbers\n" + "".join(lines))
    assert (status, problem["errors"][0]["field"]) == (422, "numbers")
    assert (await sent(house, "name,numbers\n" + "".join(lines[1:])))[0] == 200


async def test_what_is_written_out_is_taken_over_as_it_was(house: House) -> None:
    body = {"name": "=1+1", "numbers": ["+34600333444", "+442079460999"], "email": "a@b.c"}
    assert (await house.ask("ana", "POST", "/contacts", json=body)).status == 201
    before = (await house.get("ana", "/contacts"))["items"]
    response = await house.ask("sofia", "GET", "/contacts/export")
    text = await response.text()
    assert "'=1+1" in text
    assert (await sent(house, text))[0] == 200
    assert (await house.get("ana", "/contacts"))["items"] == before
    assert (await house.ask("ana", "GET", "/contacts/export")).status == 403


async def test_two_contacts_become_one_with_everything_of_both(house: House) -> None:
    lead = await called(house, CARMEN, "c1")
    kept = lead["contact_id"]
    body = {"name": "carmen ruiz", "numbers": [CARMEN, "+34600333444"], "email": "carmen@example.com", "vip": True}
    other = (await (await house.ask("ana", "POST", "/contacts", json=body)).json())["id"]
    deal = {"title": "Café", "contact_id": other}
    deal_id = (await (await house.ask("ana", "POST", "/deals", json=deal)).json())["id"]
    found = (await house.get("sofia", "/contacts/duplicates"))["items"]
    assert [(one["by"], one["value"]) for one in found] == [("number", CARMEN), ("name", "carmen ruiz")]
    assert {one["id"] for one in found[0]["contacts"]} == {kept, other}
    assert (await house.get("sofia", f"/contacts/duplicates?contact_id={kept}"))["items"] == found
    assert (await house.get("sofia", f"/contacts/duplicates?contact_id={other[:-1]}x"))["items"] == []
    assert (await house.ask("ana", "POST", f"/contacts/{kept}/merge", json={"other": other})).status == 403
    for wrong in (kept, "nobody"):
        assert (await house.ask("sofia", "POST", f"/contacts/{kept}/merge", json={"other": wrong})).status == 409
    response = await house.ask("sofia", "POST", f"/contacts/{kept}/merge", json={"other": other})
    one = await response.json()
    assert (one["name"], one["numbers"]) == ("Carmen Ruiz", [CARMEN, "+34600333444"])
    assert (one["email"], one["vip"], one["company"]) == ("carmen@example.com", True, "Librería Sol")
    assert (await house.get("ana", f"/deals/{deal_id}"))["contact_id"] == kept
    assert (await house.ask("ana", "GET", f"/contacts/{other}")).status == 404
    assert (await house.get("sofia", "/contacts/duplicates"))["items"] == []
