"""The page's telephone in real Chromium, with real sound: ICE, DTLS and SRTP on the exchange's own ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, CALLER_HZ, CARMEN, SALES, House, check_recording
from tests.e2e.softphone import Softphone, SoftphoneCall, bundle, needs_browser, softphone, until_true, write_tone
from tests.e2e.test_media_workers import workers_of
from tests.kit import Call, CallerScript
from tests.kit.phone import answers, until

pytestmark = [pytest.mark.browser, needs_browser]

BROWSER_HZ = 900
Open = Callable[..., Awaitable[Softphone]]


@pytest.fixture(scope="session")
def telephone(tmp_path_factory: pytest.TempPathFactory) -> str:
    return bundle(tmp_path_factory.mktemp("telephone"))


@pytest.fixture
async def open_softphone(house: House, telephone: str, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens a browser of a person, whose microphone plays a tone."""
    async with AsyncExitStack() as stack:

        async def open_(login: str, hz: float = BROWSER_HZ) -> Softphone:
            tone = tmp_path / f"{login}.wav"
            write_tone(tone, hz)
            return await stack.enter_async_context(softphone(house.server.base, login, telephone, tone))

        yield open_


async def both_hear(browser: SoftphoneCall, phone: Call, *, browser_hz: float = BROWSER_HZ) -> None:
    phone.say_tone(CALLER_HZ)
    await browser.hears(CALLER_HZ)
    await CallerScript(phone).hears_tone(browser_hz, within=8, seconds=1.0).run()


async def test_the_echo_test_says_the_browsers_own_tone_back(house: House, open_softphone: Open) -> None:
    ana = await open_softphone("ana")
    call = await ana.call("*43")
    await call.is_in("talking")
    await call.hears(BROWSER_HZ)
    before = await call.received()
    await asyncio.sleep(1)
    after = await call.received()
    assert 40 <= after["packets"] - before["packets"] <= 60
    assert after["lost"] == 0
    await call.do("hangUp()")
    logged = await house.logged(await house.call_id(direction="internal"))
    assert (logged["result"], logged["ended_by"]) == ("answered", "caller")


async def test_a_browser_calls_a_phone_and_both_hear_each_other(house: House, open_softphone: Open) -> None:
    luis = await house.phone("102")
    ana = await open_softphone("ana")
    call = await ana.call("102")
    incoming = await luis.incoming()
    assert incoming.caller_number == "101"
    incoming.ring()
    await call.is_in("ringing")
    await incoming.answer()
    await call.is_in("talking")
    await both_hear(call, incoming)
    await call.do("press('15#')")
    await until(lambda: incoming.heard.digits == "15#", 5, "the keys at the phone")
    await incoming.hang_up()
    await call.is_in("ended")
    assert await call.get("end") == "hung_up"
    logged = await house.logged(await house.call_id(direction="internal"))
    check_recording(await house.recording(logged["recording_id"]), left=BROWSER_HZ, right=CALLER_HZ)


async def test_a_phone_calls_a_browser_which_holds_and_mutes(house: House, open_softphone: Open) -> None:
    ana = await open_softphone("ana")
    luis = await house.phone("102")
    call = luis.call("101")
    incoming = await ana.incoming()
    assert await incoming.get("number") == "102"
    assert await incoming.get("name") == "Luis"
    await call.ringing()
    await incoming.do("answer()")
    await call.answered()
    await incoming.is_in("talking")
    await both_hear(incoming, call)

    await incoming.do("hold(true)")
    await CallerScript(call).hears_music(within=5).run()
    assert (await house.events.next("call.held")).event["by"] == "ana"
    await incoming.do("hold(false)")
    await house.events.next("call.resumed")
    await both_hear(incoming, call)

    await incoming.do("mute(true)")
    await CallerScript(call).hears_silence(within=5).run()
    await incoming.do("mute(false)")
    await both_hear(incoming, call)

    await call.hold("sendonly")
    await house.events.next("call.held")
    await call.resume()
    await both_hear(incoming, call)
    assert call.quality.is_continuous, call.quality
    await call.hang_up()
    await incoming.is_in("ended")


async def test_a_call_whose_way_is_looked_for_again_goes_on(house: House, open_softphone: Open) -> None:
    ana = await open_softphone("ana")
    luis = await house.phone("102", answers(CALLER_HZ))
    call = await ana.call("102")
    await call.is_in("talking")
    await both_hear(call, luis.latest)
    user = "connection.localDescription.sdp.match(/ice-ufrag:(.*)/)[1]"
    before = await call.get(user)
    await call.do("repair()")
    await until_true(lambda: call.page.evaluate(f"window.all[0].{user} !== '{before}'"), 5, "another offer")
    await asyncio.sleep(2)
    await both_hear(call, luis.latest)
    assert await call.get("connection.iceConnectionState") in {"connected", "completed"}
    assert luis.latest.quality.is_continuous, luis.latest.quality
    await call.do("hangUp()")
    await luis.latest.ended()


async def test_a_caller_in_the_queue_reaches_an_agent_at_a_browser(house: House, open_softphone: Open) -> None:
    ana = await open_softphone("ana")
    api = await house.api("ana")
    await api.become("available")
    call = await house.place(SALES)
    incoming = await ana.incoming()
    assert await incoming.get("number") == CARMEN
    await incoming.do("answer()")
    await incoming.is_in("talking")
    await both_hear(incoming, call)
    await call.hang_up()
    await incoming.is_in("ended")
    logged = await house.logged(await house.call_id(direction="inbound"))
    assert (logged["result"], logged["agent"], logged["queue"]) == ("answered", "ana", "sales")
    check_recording(await house.recording(logged["recording_id"]), left=CALLER_HZ, right=BROWSER_HZ)


async def test_a_closed_page_is_unreachable_at_once(house: House, open_softphone: Open) -> None:
    ana = await open_softphone("ana")
    api = await house.api("ana")

    async def reachable() -> bool:
        return any(agent["login"] == "ana" and agent["reachable"] for agent in await api.items("/agents"))

    assert await reachable()
    house.events.forget()
    await ana.page.close()
    gone = await house.events.next("device.unregistered", 3)
    assert (gone.event["extension"], gone.event["cause"]) == ("101", "connection_lost")
    assert not await reachable()


async def test_an_attended_transfer_from_a_browser_to_a_phone(house: House, open_softphone: Open) -> None:
    ana = await open_softphone("ana")
    marta = await house.phone("103", answers(AGENT_HZ))
    call = await house.place("+34910000003")
    first = await ana.incoming()
    await first.do("answer()")
    await both_hear(first, call)
    await first.do("hold(true)")
    await CallerScript(call).hears_music(within=5).run()
    second = await ana.call("103")
    await second.is_in("talking")
    await second.hears(AGENT_HZ)
    await ana.page.evaluate(f"window.all[{first.index}].transferTo(window.all[{second.index}])")
    await CallerScript(call).hears_tone(AGENT_HZ, within=8).run()
    await CallerScript(marta.latest).hears_tone(CALLER_HZ, within=5).run()
    await first.is_in("ended")
    await second.is_in("ended")
    await call.hang_up()


async def test_the_page_comes_back_to_an_exchange_that_was_killed(
    own_server: ServerFactory, telephone: str, tmp_path: Path
) -> None:
    server = own_server()
    write_tone(tmp_path / "tone.wav", BROWSER_HZ)
    async with softphone(server.base, "ana", telephone, tmp_path / "tone.wav") as ana:
        assert server.process is not None
        children = psutil.Process(server.process.pid).children(recursive=True)
        next(child for child in children if "centralita.exchange" in " ".join(child.cmdline())).kill()
        await until_true(lambda: ana.page.evaluate("window.phone.state !== 'ready'"), 5, "the connection lost")
        await until_true(lambda: ana.page.evaluate("window.phone.state === 'ready'"), 40, "registered again")
        call = await ana.call("*43")
        await call.is_in("talking")
        await call.hears(BROWSER_HZ)


async def test_who_signs_out_is_no_longer_called(house: House, open_softphone: Open) -> None:
    ana = await open_softphone("ana")
    house.events.forget()
    sign_out = """() => fetch("/api/v1/session", {
      method: "DELETE", headers: { "X-CSRF-Token": document.cookie.match(/centralita_csrf=([^;]*)/)[1] },
    }).then((answer) => answer.status)"""
    assert await ana.page.evaluate(sign_out) == 204
    await house.events.next("device.unregistered", 3)
    await until_true(lambda: ana.page.evaluate("window.phone.state === 'signed_out'"), 5, "signed out")


async def test_a_browsers_call_is_heard_again_after_its_media_worker_has_died(
    house: House, open_softphone: Open
) -> None:
    """The new worker has another certificate and other ICE credentials: the page takes both by a re-INVITE."""
    luis = await house.phone("102")
    ana = await open_softphone("ana")
    call = await ana.call("102")
    incoming = await luis.incoming()
    await incoming.answer()
    await both_hear(call, incoming)
    for worker in workers_of(house.server).values():
        worker.kill()
        await asyncio.to_thread(worker.wait, 10)
    await house.events.next("system.alarm", what="media_worker_lost")
    await asyncio.sleep(1.0)
    await call.hears(CALLER_HZ)
    await CallerScript(incoming).hears_tone(BROWSER_HZ, within=8).run()
    await call.do("hangUp()")
    await incoming.ended(5)
