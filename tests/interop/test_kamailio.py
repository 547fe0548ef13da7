"""Kamailio in front of the exchange: a proxy with Record-Route in every call, both ways."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.house import House, both_hear_each_other
from tests.interop.conftest import Peer, program
from tests.kit import CallerScript, Phone
from tests.kit.phone import Behaviour, answers, rings
from tests.kit.ports import free_ports

Run = Callable[..., Awaitable[Peer]]
CONFIGURATION = Path(__file__).with_name("kamailio.cfg")


class Proxied:
    """The house, and telephones that reach it through Kamailio only."""

    def __init__(self, house: House, port: int, stack: AsyncExitStack) -> None:
        self.house = house
        self.port = port
        self._stack = stack

    async def phone(self, extension: str, behaviour: Behaviour | None = None) -> Phone:
        phone = await Phone.start(("127.0.0.1", self.port), extension, f"demo-{extension}", behaviour=behaviour)
        await self._stack.enter_async_context(phone)
        await phone.register()
        return phone


@pytest.fixture
async def proxied(house: House, run: Run, tmp_path: Path) -> AsyncIterator[Proxied]:
    port = free_ports(1)
    text = CONFIGURATION.read_text().replace("PROXY_PORT", str(port))
    file = tmp_path / "kamailio.cfg"
    file.write_text(text.replace("SERVER_PORT", str(house.server.sip[1])))
    kamailio = await run(
        program("kamailio", "kamailio"), "-f", str(file), "-DD", "-E", "-m", "16", "-M", "4", cwd=tmp_path
    )
    await kamailio.printed("Listening on", 10)
    async with AsyncExitStack() as stack:
        yield Proxied(house, port, stack)


async def test_a_call_in_through_the_proxy_is_held_and_ended_by_the_telephone(proxied: Proxied) -> None:
    ana = await proxied.phone("101")
    luis = await proxied.house.phone("102", answers())
    call = await ana.call("102").answered()
    assert call.routes, "no Record-Route came back"
    other = await luis.incoming()
    await both_hear_each_other(call, other)
    await call.hold()
    await call.resume()
    await CallerScript(call).hears_tone(700, within=5).run()
    await call.hang_up()
    await other.ended(5)


async def test_a_call_out_through_the_proxy_is_held_and_ended_by_the_exchange(proxied: Proxied) -> None:
    ana = await proxied.phone("101", answers())
    luis = await proxied.house.phone("102")
    call = await luis.call("101").answered()
    other = await ana.incoming()
    assert f"sip:127.0.0.1:{proxied.port}" in "".join(other.routes)
    await both_hear_each_other(call, other)
    await call.hold()
    await call.resume()
    await CallerScript(other).hears_tone(440, within=5).run()
    await call.hang_up()
    await other.ended(5)


async def test_a_call_between_two_telephones_behind_the_proxy_and_one_given_up(proxied: Proxied) -> None:
    ana = await proxied.phone("101", answers())
    luis = await proxied.phone("102")
    call = await luis.call("101").answered()
    await both_hear_each_other(call, await ana.incoming())
    await call.hang_up()
    await ana.latest.ended(5)
    ana.behaviour = rings
    given_up = await luis.call("101").ringing()
    await given_up.hang_up()
    await ana.latest.ended(5)
