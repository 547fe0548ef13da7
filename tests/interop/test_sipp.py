"""SIPp as the carrier on both sides and as a phone that registers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.house import ANA, MAIN, House
from tests.interop.conftest import program
from tests.interop.sipp_peer import Run, sipp, succeeds
from tests.kit import CallerScript
from tests.kit.api import eventually
from tests.kit.phone import answers, rings
from tests.kit.ports import free_ports
from tests.kit.server import has_ipv6

needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


async def test_five_calls_a_second_to_the_menu(house: House, run: Run, tmp_path: Path) -> None:
    peer = await sipp(run, tmp_path, house, "carrier_calls_menu.xml", "-s", MAIN, "-m", "10", "-r", "5")
    await succeeds(peer, tmp_path)

    async def results() -> list[str] | None:
        calls = [one for one in await house.admin.items("/calls", limit=50) if one["dialled"] == MAIN]
        ours = [one["result"] for one in calls if (one["caller"]["number"] or "").startswith("+3460012340")]
        return ours if len(ours) == 10 and all(ours) else None

    assert set(await eventually(results, 3, "ten calls in the log")) == {"abandoned"}


async def test_a_call_given_up_while_it_rings(house: House, run: Run, tmp_path: Path) -> None:
    await house.phone("101", rings)
    await succeeds(await sipp(run, tmp_path, house, "carrier_gives_up.xml", "-s", "+34910000003", "-m", "1"), tmp_path)
    assert (await house.logged(await house.call_id(caller_number="+34600123499")))["result"] == "missed"


async def test_a_call_out_hears_itself_from_the_echo_of_sipp(house: House, run: Run, tmp_path: Path) -> None:
    peer = await sipp(run, tmp_path, house, "carrier_answers.xml", "-rtp_echo", "-m", "1")
    luis = await house.phone("102")
    call = await luis.call("0600111222").answered()
    call.say_tone(440)
    await CallerScript(call).hears_tone(440, within=5).hangs_up().run()
    await succeeds(peer, tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
@pytest.mark.parametrize("transport", ["u1", "t1"])
async def test_a_phone_registers_and_unregisters(
    house: House, run: Run, tmp_path: Path, transport: str, host: str
) -> None:
    options = ("-s", "103", "-m", "1", "-t", transport)
    peer = await sipp(run, tmp_path, house, "phone_registers.xml", *options, port=free_ports(1), host=host)
    await succeeds(peer, tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
async def test_a_phone_calls_and_is_answered_in_its_own_address_family(
    house: House, run: Run, tmp_path: Path, host: str
) -> None:
    said = tmp_path / "said.log"
    options = ("-s", "103", "-m", "1", "-trace_logs", "-log_file", str(said))
    peer = await sipp(run, tmp_path, house, "phone_hears_echo.xml", *options, port=free_ports(1), host=host)
    await succeeds(peer, tmp_path)
    family = 6 if ":" in host else 4
    assert f"sound at c=IN IP{family} {host}\n" in said.read_text()


@pytest.mark.parametrize(
    "scenario",
    ["carrier_holds.xml", "carrier_offers_late.xml", "carrier_refreshes.xml", "carrier_acknowledges_ringing.xml"],
)
async def test_a_carrier_does_what_carriers_do(house: House, run: Run, tmp_path: Path, scenario: str) -> None:
    """Hold in three ways, late offer, session timer, PRACK."""
    await house.phone("101", answers(after=0.5))
    await succeeds(await sipp(run, tmp_path, house, scenario, "-s", ANA, "-m", "1"), tmp_path)


@pytest.mark.parametrize("scenario", ["phone_writes.xml", "phone_watches.xml"])
async def test_a_phone_does_what_phones_do(house: House, run: Run, tmp_path: Path, scenario: str) -> None:
    """MESSAGE, SUBSCRIBE for a lamp."""
    await house.phone("101")
    options = ("-s", "101", "-m", "1")
    await succeeds(await sipp(run, tmp_path, house, scenario, *options, port=free_ports(1)), tmp_path)


async def test_sipsak_gets_an_answer_to_options(house: House, run: Run, tmp_path: Path) -> None:
    peer = await run(program("sipsak", "sipsak"), "-s", f"sip:127.0.0.1:{house.server.sip[1]}", "-vv", cwd=tmp_path)
    assert await peer.ended(15) == 0, peer.output
    assert "200 OK" in peer.output
