"""What a call came to, said by its agent; the script and the codes of a queue; who serves which queue."""

from __future__ import annotations

import csv
import io

from store.configuration import read_part, save_part
from tests.unit.web.conftest import House
from tests.unit.web.test_reports import one_call


async def test_an_agent_finds_script_and_codes_of_an_own_queue(house: House) -> None:
    desk = await house.get("ana", "/queues/sales/desk")
    assert "kilos" in desk["script"]["es"]
    assert [(one["code"], one["needs_note"]) for one in desk["dispositions"]][:2] == [
        ("order", False),
        ("call_again", True),
    ]
    assert (await house.ask("ana", "GET", "/queues/support/desk")).status == 404
    assert (await house.get("sofia", "/queues/support/desk"))["dispositions"] == []


async def test_a_call_is_disposed_of_by_a_code_of_its_queue(house: House) -> None:
    await one_call(house)
    path = "/calls/call/disposition"
    assert (await house.ask("ana", "GET", path)).status == 404
    assert (await house.ask("ana", "PUT", path, json={"code": "nonsense"})).status == 422
    wanting = await house.ask("ana", "PUT", path, json={"code": "call_again", "note": "  "})
    assert wanting.status == 422
    assert (await wanting.json(content_type=None))["errors"][0]["field"] == "note"
    assert (await house.ask("ana", "PUT", path, json={"code": "call_again", "note": "on Monday"})).status == 200
    assert (await house.ask("ana", "PUT", path, json={"code": "order"})).status == 200
    assert (await house.get("sofia", path))["code"] == "order"
    assert (await house.ask("marta", "PUT", path, json={"code": "order"})).status == 404
    events = (await house.get("sofia", "/calls/call/events"))["items"]
    assert [(event["code"], event["by"]) for event in events if event["type"] == "call.disposed"] == [
        ("order", "ana"),
        ("call_again", "ana"),
    ]


async def test_dispositions_are_counted(house: House) -> None:
    await one_call(house)
    await house.ask("ana", "PUT", "/calls/call/disposition", json={"code": "order"})
    house.clock.now += 1
    (row,) = (await house.get("sofia", "/reports/dispositions"))["items"]
    assert (row["queue"], row["disposition"], row["calls"], row["share"]) == ("sales", "order", 1, 1.0)
    response = await house.ask("sofia", "GET", "/reports/dispositions?by=hour", headers={"Accept": "text/csv"})
    (line,) = csv.DictReader(io.StringIO(await response.text()))
    assert line["period"] == "2027-01-15T09:00"
    assert (await house.get("sofia", "/reports/dispositions?only=support"))["items"] == []
    assert (await house.ask("ana", "GET", "/reports/dispositions")).status == 403


async def test_a_supervisor_chooses_the_queues_of_an_agent(house: House) -> None:
    assert (await house.ask("ana", "PUT", "/agents/ana/queues", json={"queues": []})).status == 403
    assert (await house.ask("sofia", "PUT", "/agents/ana/queues", json={"queues": ["none"]})).status == 422
    assert (await house.ask("sofia", "PUT", "/agents/nobody/queues", json={"queues": []})).status == 404
    async with house.office.database.transaction() as session:  # somebody else's change, a moment ago
        support = await read_part(session, "queue", "support")
        assert support is not None
        body = {**support.body, "title": "Helpdesk"}
        await save_part(session, "queue", "support", body, by="admin", now=house.clock.now)
    assert (await house.ask("sofia", "PUT", "/agents/ana/queues", json={"queues": ["support"]})).status == 200
    helpdesk = house.office.company.queue("support")
    assert helpdesk is not None and helpdesk.title == "Helpdesk"
    queues = {queue.name: [member.login for member in queue.members] for queue in house.office.company.queues}
    assert queues == {"sales": ["luis"], "support": ["luis", "marta", "ana"]}
