"""The page's telephone in real Chromium, with real sound: ICE, DTLS and SRTP on the exchange's own ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.house import CALLER_HZ, House, check_recording
from tests.e2e.softphone import Softphone, SoftphoneCall, bundle, needs_browser, softphone, until_true, write_tone
from tests.e2e.test_media_workers import workers_of
from tests.kit import Call, CallerScript
from tests.kit.phone import until

pytestmark = [pytest.mark.browser, needs_browser]

BROWSER_HZ = 900
SIGN_OUT = """() => fetch("/api/v1/session", {
  method: "DELETE", headers: { "X-CSRF-Token": document.cookie.match(/centralita_csrf=([^;]*)/)[1] },
}).then((answer) => answer.status)"""
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


async def test_the_echo_test_says_the_browsers_own_tone_back_and_a_phone_hears_it(
    house: House, open_softphone: Open
) -> None:
    luis = await house.phone("102")
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

    way = "connection.localDescription.sdp.match(/ice-ufrag:(.*)/)[1]"
    before_repair = await call.get(way)
    await call.do("repair()")
    await until_true(lambda: call.page.evaluate(f"window.all[1].{way} !== '{before_repair}'"), 5, "another offer")
    await until_true(lambda: is_on_its_way(call), 10, "the new way taken")
    await both_hear(call, incoming)
    assert incoming.quality.is_continuous, incoming.quality
    await incoming.hang_up()
    await call.is_in("ended")
    assert await call.get("end") == "hung_up"
    logged = await house.logged(await house.call_id(direction="internal", dialled="102"))
    check_recording(await house.recording(logged["recording_id"]), left=BROWSER_HZ, right=CALLER_HZ)


async def is_on_its_way(call: SoftphoneCall) -> bool:
    """Offer and answer are through, and so are the browser's questions for the way between them."""
    settled = await call.get("connection.signalingState") == "stable"
    return settled and await call.get("connection.iceConnectionState") in {"connected", "completed"}


async def test_a_browser_holds_mutes_is_heard_after_its_media_worker_died_and_signs_out(
    house: House, open_softphone: Open
) -> None:
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

    # The new worker has another certificate and other ICE credentials: the page takes both by a re-INVITE.
    for worker in workers_of(house.server).values():
        worker.kill()
        await asyncio.to_thread(worker.wait, 10)
    await house.events.next("system.alarm", what="media_worker_lost")
    await asyncio.sleep(1.0)
    await both_hear(incoming, call)
    await call.hang_up()
    await incoming.is_in("ended")

    house.events.forget()
    assert await ana.page.evaluate(SIGN_OUT) == 204
    await house.events.next("device.unregistered", 3)
    await until_true(lambda: ana.page.evaluate("window.phone.state === 'signed_out'"), 5, "signed out")
