"""Attacks from outside, by the tools that attackers use: nothing is learnt, nothing is opened, the house goes on.

The server listens on every address and the attacker is at this machine's own network address, since nobody is banned
on loopback. sipvicious says who it is and hears nothing; disguised as a telephone it hears what strangers hear.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.sip.flood import KINDS, flood
from tests.kit import CallerScript, Phone, Server
from tests.kit.company import write_company
from tests.kit.spoken import Spoken

PEOPLE = {"101": "kJ3mQx9Lr2Vb", "102": "pW8sTn4Zc7Hd"}
RUN_S = 6
FLOOD_RATE, FLOOD_S = 5000, 1.0
DISGUISED = (
    "import sys; import sipvicious.libs.svhelper as helper; plain = helper.makeRequest.__defaults__; "
    "helper.makeRequest.__defaults__ = tuple('Yealink T46U' if one == 'friendly-scanner' else one for one in plain); "
    "from sipvicious.{tool} import main; sys.argv[0] = '{tool}'; sys.exit(main())"
)


def _own_address() -> str | None:
    """An address of this machine that is not loopback; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.254", 9))
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") else found


ADDRESS = _own_address()
pytestmark = [
    pytest.mark.skipif(ADDRESS is None, reason="this machine has no address beside loopback"),
    pytest.mark.xdist_group("attacks"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, spoken: Spoken) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("attacked"), {"CENTRALITA_BIND": "0.0.0.0"}, spoken=spoken)
    write_company(server.data_dir, PEOPLE)
    server.start()
    yield server
    server.stop()


def attack(server: Server, tool: str, *arguments: str, disguised: bool = True) -> str:
    """What the tool prints, all of it."""
    program = DISGUISED.format(tool=tool) if disguised else f"from sipvicious.{tool} import main; main()"
    command = [sys.executable, "-c", program, *arguments, "-b", str(ADDRESS), f"udp://{ADDRESS}:{server.sip[1]}"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=RUN_S, check=False, cwd=server.directory, input=b"")
        said = done.stdout + done.stderr
    except subprocess.TimeoutExpired as waits:  # some of them wait for an answer for ever
        said = (waits.stdout or b"") + (waits.stderr or b"")
    return said.decode(errors="replace")


def test_a_scanner_that_says_who_it_is_finds_nobody(server: Server) -> None:
    said = attack(server, "svmap", "-p", str(server.sip[1]), disguised=False)
    assert "Centralita" not in said


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
def test_extensions_cannot_be_told_from_what_is_none(server: Server, method: str) -> None:
    said = attack(server, "svwar", "-e", "95-110", "-m", method, "--force", "--maximumtime", "3")
    assert "| 101" not in said
    assert "| 102" not in said
    assert "reqauth" not in said


def test_passwords_are_not_found_and_the_guesser_is_shut_out(server: Server, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("\n".join([*(f"guess{number}" for number in range(40)), PEOPLE["101"]]))
    said = attack(server, "svcrack", "-u", "101", "-d", str(words), "--maximumtime", "4")
    assert PEOPLE["101"] not in said
    status, tries = _tries_until_shut_out(server)
    assert tries <= 10
    assert status in {0, 403}


def test_replies_that_crash_other_programs_are_nothing_here(server: Server) -> None:
    server.mark_log()
    command = [sys.executable, "-c", "from sipvicious.svcrash import main; main()"]
    command += ["-d", str(ADDRESS), "-p", str(server.sip[1])]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=server.directory)
    if b"port 5060 available" in done.stderr:
        pytest.skip("svcrash attacks from port 5060, which somebody here uses")
    assert b"Attacking back" in done.stdout, done.stderr
    assert server.is_healthy()
    assert "Traceback" not in server.log()


async def flooded(server: Server, kind: str) -> None:
    """Strangers at two hundred addresses send FLOOD_RATE messages of ``kind`` a second, for FLOOD_S."""
    over, sent = multiprocessing.Event(), multiprocessing.Value("q", 0)
    flooder = multiprocessing.Process(target=flood, args=(server.sip, kind, FLOOD_RATE, over, sent), daemon=True)
    flooder.start()
    await asyncio.sleep(FLOOD_S)
    over.set()
    await asyncio.to_thread(flooder.join, 5)
    assert sent.value >= FLOOD_RATE * FLOOD_S / 4, f"only {sent.value} were sent: that is no flood"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_flood_leaves_calls_and_the_registered_phones_as_they_are(server: Server, kind: str) -> None:
    """A call goes on and is heard, telephones refresh their registrations, and a new call is set up meanwhile."""
    ana = await Phone.start(server.sip, "101", PEOPLE["101"])
    luis = await Phone.start(server.sip, "102", PEOPLE["102"])
    async with ana, luis:
        await ana.register()
        await luis.register()
        call = ana.call("102")
        incoming = await luis.incoming()
        await incoming.answer()
        await call.answered()
        call.say_tone(440)
        flooding = asyncio.create_task(flooded(server, kind))
        await ana.register()
        await luis.register()
        echo = await luis.call("*43").answered(20)
        await CallerScript(incoming).hears_tone(440, within=10).run()
        await echo.hang_up()
        await flooding
        assert not call.is_over
        await call.hang_up()
        await incoming.ended()
    assert server.is_healthy()


async def test_the_house_goes_on_meanwhile(server: Server) -> None:
    scan = asyncio.create_task(
        asyncio.to_thread(attack, server, "svwar", "-e", "100-900", "-m", "INVITE", "--force", "--maximumtime", "4")
    )
    ana = await Phone.start(server.sip, "101", PEOPLE["101"], sound=False)
    luis = await Phone.start(server.sip, "102", PEOPLE["102"], sound=False)
    async with ana, luis:
        await ana.register()
        await luis.register()
        began = time.monotonic()
        while time.monotonic() - began < 3:
            call = ana.call("102")
            incoming = await luis.incoming()
            await incoming.answer()
            await call.answered()
            await call.hang_up()
            await incoming.ended()
    await scan


async def test_the_owner_of_the_password_comes_in_from_elsewhere(server: Server) -> None:
    ana = await Phone.start(server.sip, "101", PEOPLE["101"], sound=False)
    async with ana:
        await ana.register()


def _tries_until_shut_out(server: Server) -> tuple[int, int]:
    """Further questions of the same source that are still answered 401, and what comes then (0: nothing)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.bind((str(ADDRESS), 0))
        asking.settimeout(1.0)
        port = asking.getsockname()[1]
        for number in range(20):
            asking.sendto(
                (
                    f"REGISTER sip:{ADDRESS} SIP/2.0\r\nVia: SIP/2.0/UDP {ADDRESS}:{port};branch=z9hG4bKx{number};rport"
                    f"\r\nMax-Forwards: 70\r\nFrom: <sip:101@{ADDRESS}>;tag=x{number}\r\nTo: <sip:101@{ADDRESS}>\r\n"
                    f"Call-ID: x{number}\r\nCSeq: 1 REGISTER\r\nContact: <sip:101@{ADDRESS}:{port}>\r\n"
                    "Content-Length: 0\r\n\r\n"
                ).encode(),
                (str(ADDRESS), server.sip[1]),
            )
            try:
                status = int(asking.recv(4096).split()[1])
            except TimeoutError:
                return 0, number
            if status != 401:
                return status, number
    return 401, 20
