"""What telephones and carriers do beyond a plain call: a SIPp scenario for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.house import ANA, MAIN, House
from tests.interop.sipp_peer import Run, carrier_listening, sipp, succeeds, telephone
from tests.kit.phone import answers, rejects
from tests.kit.ports import free_ports

CARRIER_NUMBER = "+34600123501"  # as the scenarios have it


@pytest.mark.parametrize(
    ("scenario", "behaviour"),
    [
        ("phone_transfers.xml", answers()),
        ("phone_transfers_in_vain.xml", rejects(486, after=0.1)),
        ("phone_introduces.xml", answers()),
    ],
)
async def test_a_phone_transfers(house: House, run: Run, tmp_path: Path, scenario: str, behaviour: object) -> None:
    """REFER, without and with Replaces, and one that fails: the phone is told of it and has its call back."""
    ana, luis = await house.phone("101", answers()), await house.phone("102", behaviour)  # type: ignore[arg-type]
    options = ("-s", "101", "-m", "1", "-key", "target", "102")
    await succeeds(await sipp(run, tmp_path, house, scenario, *options, port=free_ports(1)), tmp_path)
    talking, target = await ana.incoming(), await luis.incoming()
    assert target.is_over == (scenario == "phone_transfers_in_vain.xml")
    await target.hang_up()
    await talking.ended()


@pytest.mark.parametrize("scenario", ["carrier_presses_keys.xml", "carrier_tells_keys.xml"])
async def test_keys_without_sound(house: House, run: Run, tmp_path: Path, scenario: str) -> None:
    """INFO and KPML: key 1 of the menu leads to the queue."""
    await succeeds(await sipp(run, tmp_path, house, scenario, "-s", MAIN, "-m", "1"), tmp_path)
    assert (await house.logged(await house.call_id(caller_number=CARRIER_NUMBER)))["queue"] == "sales"


async def test_an_answer_is_repeated_until_its_ack(house: House, run: Run, tmp_path: Path) -> None:
    await house.phone("101", answers())
    peer = await sipp(run, tmp_path, house, "carrier_misses_the_answer.xml", "-s", ANA, "-m", "1")
    call_id = await house.call_id(caller_number=CARRIER_NUMBER)
    await succeeds(peer, tmp_path)
    sent = [one for one in (await house.admin.get(f"/calls/{call_id}/trace"))["items"] if one["direction"] == "out"]
    carrier = f"127.0.0.1:{house.server.carrier_port}"
    assert sum(one["summary"] == "200 OK" and one["remote"] == carrier for one in sent) >= 3  # the last for the BYE


async def test_a_carrier_wants_us_to_refresh(house: House, run: Run, tmp_path: Path) -> None:
    """RFC 4028, the other side of the timer."""
    await house.phone("101", answers())
    peer = await sipp(run, tmp_path, house, "carrier_asks_for_a_refresh_by_us.xml", "-s", ANA, "-m", "1")
    await succeeds(peer, tmp_path)


@pytest.mark.parametrize(
    "scenario", ["carrier_rings_reliably.xml", "carrier_forks.xml", "carrier_repeats_its_answer.xml"]
)
async def test_a_carrier_is_called(house: House, run: Run, tmp_path: Path, scenario: str) -> None:
    """PRACK from us, forked answers with early sound from two, a repeated 200."""
    peer = await carrier_listening(run, tmp_path, house, scenario, "-nr")  # repeated messages are no accident
    luis = await house.phone("102")
    call = await luis.call("0600111222").answered()
    await succeeds(peer, tmp_path)
    await call.ended()


async def test_an_answer_that_crosses_the_cancel(house: House, run: Run, tmp_path: Path) -> None:
    peer = await carrier_listening(run, tmp_path, house, "carrier_answers_what_is_cancelled.xml")
    luis = await house.phone("102")
    call = luis.call("0600111222")
    await call.ringing()
    await call.hang_up()
    await succeeds(peer, tmp_path)


async def test_a_carrier_hears_the_number_of_the_company_only(house: House, run: Run, tmp_path: Path) -> None:
    peer = await carrier_listening(run, tmp_path, house, "carrier_is_told_who_calls.xml")
    luis = await house.phone("102")
    assert await luis.call("0600111222").refused() == 486
    await succeeds(peer, tmp_path)


async def test_a_phone_sends_its_calls_on(house: House, run: Run, tmp_path: Path) -> None:
    luis = await house.phone("102", answers())
    async with telephone(run, tmp_path, house, "101", "phone_sends_on.xml", "-key", "target", "102") as peer:
        call = await (await house.place(ANA)).answered()
        await succeeds(peer, tmp_path)
        assert luis.incoming_count == 1
        await call.hang_up()


async def test_a_phone_is_told_that_another_has_answered(house: House, run: Run, tmp_path: Path) -> None:
    await house.phone("101", answers(after=0.5))
    async with telephone(run, tmp_path, house, "101", "phone_rings_until_another_answers.xml") as peer:
        call = await (await house.place(ANA)).answered()
        await succeeds(peer, tmp_path)
        await call.hang_up()


async def test_a_phone_is_not_told_who_withholds_the_number(house: House, run: Run, tmp_path: Path) -> None:
    async with telephone(run, tmp_path, house, "101", "phone_is_not_told_who_calls.xml") as peer:
        call = await house.place(ANA, None)
        await succeeds(peer, tmp_path)
        await call.hang_up()


async def test_a_phone_is_told_who_has_sent_it_the_call(house: House, run: Run, tmp_path: Path) -> None:
    luis = await house.phone("102")
    await (await luis.call("*21103").answered()).ended()
    try:
        async with telephone(run, tmp_path, house, "103", "phone_is_told_who_sent_it_the_call.xml") as peer:
            call = (await house.phone("101")).call("102")
            await succeeds(peer, tmp_path)
            await call.hang_up()
    finally:
        await (await luis.call("*21").answered()).ended()


async def test_a_phone_answers_by_itself_when_a_colleague_speaks_to_it(house: House, run: Run, tmp_path: Path) -> None:
    luis = await house.phone("102")
    async with telephone(run, tmp_path, house, "103", "phone_answers_by_itself.xml") as peer:
        call = await luis.call("*64103").answered()
        await call.hang_up()
        await succeeds(peer, tmp_path)


async def test_a_call_waits_on_a_phone_that_talks(house: House, run: Run, tmp_path: Path) -> None:
    ana, luis = await house.phone("101"), await house.phone("102")
    async with telephone(run, tmp_path, house, "103", "phone_has_two_calls.xml", "-m", "2") as peer:
        first = await ana.call("103").answered()
        second = await luis.call("103").answered()
        await first.hang_up()
        await second.hang_up()
        await succeeds(peer, tmp_path)


@pytest.mark.parametrize("scenario", ["phone_watches_its_box.xml", "phone_watches_presence.xml"])
async def test_a_phone_watches(house: House, run: Run, tmp_path: Path, scenario: str) -> None:
    """SUBSCRIBE for messages waiting (an empty box) and for presence."""
    await house.empty_box("103")
    await house.phone("101")
    await succeeds(await sipp(run, tmp_path, house, scenario, "-s", "101", "-m", "1", port=free_ports(1)), tmp_path)
