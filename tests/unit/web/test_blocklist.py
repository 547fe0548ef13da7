"""The block list over the API."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.unit.web.conftest import House


async def upload(house: House, text: str | bytes, login: str = "sofia") -> aiohttp.ClientResponse:
    data = text.encode() if isinstance(text, str) else text
    return await house.ask(login, "POST", "/blocklist/import", data=data, headers={"Content-Type": "text/csv"})


async def numbers(house: House) -> list[str]:
    items: list[dict[str, Any]] = (await house.get("sofia", "/blocklist"))["items"]
    return [rule["number"] for rule in items]


async def test_a_rule_counts_for_the_next_call(house: House) -> None:
    response = await house.ask("sofia", "POST", "/blocklist", json={"number": "655 000 999", "note": "spam"})
    assert response.status == 201
    rule = await response.json()
    assert (rule["number"], rule["action"], rule["created_by"]) == ("+34655000999", "reject", "sofia")
    assert len(house.exchange.told("reload")) == 1
    assert (await house.ask("sofia", "DELETE", f"/blocklist/{rule['id']}")).status == 204
    assert len(house.exchange.told("reload")) == 2
    assert await numbers(house) == []
    assert (await house.ask("sofia", "DELETE", f"/blocklist/{rule['id']}")).status == 404


async def test_a_prefix_is_a_rule(house: House) -> None:
    response = await house.ask("sofia", "POST", "/blocklist", json={"number": "+34803*", "action": "busy"})
    assert (await response.json())["number"] == "+34803*"


async def test_a_number_that_no_caller_can_have_is_refused(house: House) -> None:
    response = await house.ask("sofia", "POST", "/blocklist", json={"number": "0600 999 112"})
    assert response.status == 422
    (fault,) = (await response.json(content_type=None))["errors"]
    assert fault["field"] == "number"
    assert (await upload(house, "number\n0600999112\n")).status == 422
    assert await numbers(house) == []


async def test_a_file_is_taken_as_a_whole(house: House) -> None:
    response = await upload(house, "number;note\n655000991;one\n+34655000992;two\n655000991;again\n")
    assert await response.json() == {"rows": 3, "added": 2}
    assert sorted(await numbers(house)) == ["+34655000991", "+34655000992"]


async def test_a_file_with_faults_changes_nothing_and_names_the_lines(house: House) -> None:
    response = await upload(house, "number,action\n655000991,reject\nabc,reject\n655000992,shout\n")
    assert response.status == 422
    faults = (await response.json(content_type=None))["errors"]
    assert [fault["field"] for fault in faults] == ["line 3: number", "line 4: action"]
    assert "'abc'" in faults[0]["message"]
    assert await numbers(house) == []


async def test_wrong_columns_wrong_bytes_wrong_type(house: House) -> None:
    assert (await upload(house, "telephone\n655000991\n")).status == 422
    assert (await upload(house, b"\xff\xfe\x00")).status == 422
    assert (await upload(house, "")).status == 422
    response = await house.ask("sofia", "POST", "/blocklist/import", json={"number": "1"})
    assert response.status == 415


async def test_pages(house: House) -> None:
    await upload(house, "number\n" + "\n".join(f"65500{number:04}" for number in range(7)))
    first = await house.get("sofia", "/blocklist?limit=5")
    second = await house.get("sofia", f"/blocklist?limit=5&cursor={first['next_cursor']}")
    assert len({rule["id"] for rule in first["items"] + second["items"]}) == 7
    assert second["next_cursor"] is None


async def test_a_long_file_says_how_far_it_has_come_and_comes_back_out_as_it_went_in(house: House) -> None:
    rows = "\n".join(f"+346{number:08},busy,=HYPERLINK({number})" for number in range(3000))
    assert (await upload(house, f"number,action,note\n{rows}\n")).status == 200
    progress = await house.get("sofia", "/blocklist/import")
    assert progress == {"state": "done", "rows": 3000, "done": 3000, "by": "sofia"}
    assert (await upload(house, "number\nabc\n")).status == 422
    assert (await house.get("sofia", "/blocklist/import"))["state"] == "failed"
    table = await (await house.ask("sofia", "GET", "/blocklist/export")).text()
    lines = table.splitlines()
    assert len(lines) == 3001
    assert lines[1].startswith("+346")
    assert all(",'=HYPERLINK" in line for line in lines[1:])
    found = (await house.get("sofia", "/blocklist?q=HYPERLINK(7)"))["items"]
    assert [rule["number"] for rule in found] == ["+34600000007"]
    assert (await upload(house, table)).status == 200


async def test_one_file_at_a_time(house: House) -> None:
    async with house.office.imports.turn:
        assert (await upload(house, "number\n655000991\n")).status == 409


async def test_what_is_exported_reaches_no_farther_when_it_is_imported(house: House) -> None:
    rule = {"number": "+34600111333", "scope": "person:ana", "expires_at": "2030-01-31T18:00:00Z", "note": "=1+1"}
    made = await (await house.ask("sofia", "POST", "/blocklist", json=rule)).json()
    table = await (await house.ask("sofia", "GET", "/blocklist/export")).text()
    assert (await house.ask("sofia", "DELETE", f"/blocklist/{made['id']}")).status == 204
    assert (await upload(house, table)).status == 200
    (again,) = (await house.get("sofia", "/blocklist?q=600111333"))["items"]
    assert (again["scope"], again["expires_at"]) == (made["scope"], made["expires_at"])
    assert (await upload(house, "number,expires_at\n+34600111444,tomorrow\n")).status == 422


async def test_the_file_of_a_form_is_taken_over(house: House) -> None:
    form = aiohttp.FormData()
    form.add_field("remark", "as browsers and curl -F send it")
    form.add_field("file", b"number,note\n+34600000041,by form\n", filename="list.csv", content_type="text/csv")
    response = await house.ask("sofia", "POST", "/blocklist/import", data=form)
    assert response.status == 200, await response.text()
    listed = await house.get("sofia", "/blocklist")
    assert "by form" in [rule["note"] for rule in listed["items"]]


async def test_a_form_without_a_file_or_that_is_none(house: House) -> None:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("remark", "nothing")
    assert (await house.ask("sofia", "POST", "/blocklist/import", data=form)).status == 400
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        headers = {"Content-Type": content_type}
        broken = await house.ask("sofia", "POST", "/blocklist/import", data=b"number\n1", headers=headers)
        assert broken.status == 400, await broken.text()
