"""Where queues send whom they cannot serve: every cause and every kind of place, with real telephones and sound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import House, side_by_side
from tests.kit import Call, CallerScript, Server
from tests.kit.api import eventually
from tests.kit.company import write_demo
from tests.kit.phone import answers

OpenHouse = Callable[[Server], Any]
ANA_HZ, MARTA_HZ, OUTSIDE_HZ = 600.0, 900.0, 1300.0
OUTSIDE = "+34600777888"
BOX = {"kind": "voicemail", "target": "100"}
NEXT = {"kind": "queue", "target": "next"}
QUEUES: dict[str, dict[str, Any]] = {
    "next": {"members": ["ana"]},
    "late": {"max_wait_s": 1, "overflow": NEXT},
    "patient": {"members": ["ana"]},
    "full": {"max_callers": 1, "overflow_when": {"full": {"kind": "menu", "target": "main"}}},
    "empty": {"overflow_when": {"no_agents": BOX}},
    "paused": {"members": ["luis"], "overflow_when": {"all_on_break": {"kind": "callback", "target": "night"}}},
    "night": {
        "hours": {"weekly": {"mon-sun": ["00:00-24:00"]}, "switch": "closed"},
        "overflow_when": {"outside_hours": {"kind": "message", "target": "Ahora mismo hemos cerrado."}},
    },
    "slow": {
        "members": ["marta"],
        "wrap_up_s": 5,
        "max_expected_wait_s": 2,
        "overflow_when": {"long_wait": {"kind": "number", "target": OUTSIDE}},
    },
}
NUMBERS = {name: f"+3491000020{index}" for index, name in enumerate(QUEUES)}


class Callers:
    """Calls from the world, each from a number of its own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._count = 0

    async def to(self, queue: str) -> tuple[Call, str]:
        """An answered call and its id."""
        self._count += 1
        number = f"+346000030{self._count:02}"
        call = await (await self.house.place(NUMBERS[queue], number)).answered()
        return call, await self.house.call_id(caller_number=number)


async def test_every_cause_leads_to_its_place(own_server: ServerFactory, open_house: OpenHouse) -> None:
    server = own_server(start=False)
    plain = {"overflow": BOX, "announce_position_s": 0}
    write_demo(
        server.data_dir,
        server.carrier_port,
        queues=[
            {**plain, "name": name, **rules, "members": [{"login": login} for login in rules.get("members", ())]}
            for name, rules in QUEUES.items()
        ],
        numbers=[
            {"number": number, "destination": {"kind": "queue", "target": name}} for name, number in NUMBERS.items()
        ],
        switches=[{"name": "closed", "number": 1}],
    )
    await asyncio.to_thread(server.start)
    house: House = await open_house(server)
    (await house.carrier()).behaviour = answers(OUTSIDE_HZ)
    await house.agent("ana", answers(ANA_HZ))
    await house.agent("luis", state="break")
    callers = Callers(house)
    await side_by_side(
        late=who_waits_too_long_goes_on_waiting_in_the_next_queue(callers),
        full=who_finds_it_full_hears_a_menu(callers),
        empty=without_agents_a_message_is_taken(callers),
        paused=while_all_have_a_break_a_callback_is_promised(callers),
        night=by_the_night_switch_a_message_is_heard(callers),
        slow=who_would_wait_too_long_is_put_through_outside(callers),
    )
    await a_changed_limit_moves_who_waits_and_drops_nobody(callers)


async def who_waits_too_long_goes_on_waiting_in_the_next_queue(callers: Callers) -> None:
    call, call_id = await callers.to("late")
    await CallerScript(call).hears_tone(ANA_HZ, within=8).hangs_up().run()
    logged = await callers.house.logged(call_id)
    assert (logged["result"], logged["queue"], logged["agent"]) == ("answered", "next", "ana")
    assert logged["wait_s"] >= 1
    joined = [event["queue"] for event in callers.house.events.all("queue.joined", call_id=call_id)]
    assert joined == ["late", "next"]


async def who_finds_it_full_hears_a_menu(callers: Callers) -> None:
    first, first_id = await callers.to("full")
    await callers.house.events.next("queue.joined", 5, call_id=first_id)
    call, call_id = await callers.to("full")
    await callers.house.events.next("menu.entered", 5, call_id=call_id, menu="main")
    await CallerScript(call).hears_speech(within=6).hangs_up().run()
    await CallerScript(first).hears_music(within=4, seconds=1.0).hangs_up().run()


async def without_agents_a_message_is_taken(callers: Callers) -> None:
    call, call_id = await callers.to("empty")
    await CallerScript(call).hears_speech(within=6, seconds=0.8).hears_silence(within=8, seconds=0.5).run()
    await CallerScript(call).says_tone(440, seconds=1.5).hangs_up().run()
    assert (await callers.house.logged(call_id))["result"] == "voicemail"


async def while_all_have_a_break_a_callback_is_promised(callers: Callers) -> None:
    call, call_id = await callers.to("paused")
    await CallerScript(call).hears_speech(within=5).is_hung_up_on(within=20).run()
    assert (await callers.house.logged(call_id))["result"] == "callback"
    assert [one["queue"] for one in await callers.house.admin.items("/callbacks")] == ["night"]


async def by_the_night_switch_a_message_is_heard(callers: Callers) -> None:
    house = callers.house
    sofia = await house.phone("110")
    for is_open in (False, True):
        await CallerScript(await sofia.call("*281").answered()).is_hung_up_on(within=5).run()
        call, call_id = await callers.to("night")
        if is_open:  # turned off again
            await house.events.next("queue.joined", 5, call_id=call_id, queue="night")
            await CallerScript(call).hears_music(within=4, seconds=1.0).hangs_up().run()
        else:
            await CallerScript(call).hears_speech(within=5, seconds=0.8).is_hung_up_on(within=8).run()
            left = await house.events.next("queue.left", 5, call_id=call_id)
            assert left.event["cause"] == "overflow"


async def who_would_wait_too_long_is_put_through_outside(callers: Callers) -> None:
    house = callers.house
    marta = await house.agent("marta", answers(MARTA_HZ, 0.05))
    for _ in range(3):
        call, _ = await callers.to("slow")
        await CallerScript(call).hears_tone(MARTA_HZ, within=5, seconds=0.2).hangs_up().run()
        await house.events.next("agent.state", 5, login="marta", state="wrap_up")
        await marta.api.put("/agents/me", {"state": "available"})
        await house.events.next("agent.state", 5, login="marta", previous="wrap_up", state="available")
    talking, _ = await callers.to("slow")
    await CallerScript(talking).hears_tone(MARTA_HZ, within=5, seconds=0.2).run()
    call, _ = await callers.to("slow")
    await CallerScript(call).hears_tone(OUTSIDE_HZ, within=6).hangs_up().run()
    assert [one.dialled for one in (await house.carrier()).calls if not one.is_outgoing] == [OUTSIDE]
    await talking.hang_up()


async def a_changed_limit_moves_who_waits_and_drops_nobody(callers: Callers) -> None:
    house = callers.house
    ana = await house.api("ana")
    await ana.become("offline")
    waiting = [await callers.to("patient") for _ in range(3)]
    await CallerScript(waiting[0][0]).hears_music(within=4, seconds=1.0).run()
    kept = await house.admin.get("/settings/queues/patient")
    changed = {**kept["value"], "max_wait_s": 1, "overflow": NEXT}
    await house.admin.put(f"/settings/queues/patient?version={kept['version']}", changed)

    async def all_wait_there() -> bool | None:
        return (await house.admin.get("/queues/next"))["waiting"] == 3 or None

    await eventually(all_wait_there, 5, "the three wait in the next queue")
    positions = {row["call_id"]: row["position"] for row in (await house.admin.get("/queues/next"))["callers"]}
    assert [positions[call_id] for _, call_id in waiting] == [1, 2, 3]
    for call, _ in waiting:
        await call.hang_up()
