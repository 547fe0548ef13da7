"""linphonec (Debian: linphone-cli) as a telephone, over UDP and TLS: it calls, is called, holds, presses keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.house import House
from tests.interop.conftest import Peer, program
from tests.interop.test_baresip import tone_file
from tests.interop.test_tls import Encrypted, encrypted
from tests.kit import CallerScript, Phone
from tests.kit.phone import answers, until
from tests.kit.ports import free_ports

__all__ = ["encrypted"]

Run = Callable[..., Awaitable[Peer]]
TONE_HZ = 700


async def linphone(run: Run, directory: Path, extension: str, server: str, ports: str, more: str = "") -> Peer:
    """A registered linphonec that plays a tone; ``more`` are lines for its section ``sip``."""
    path = program("linphonec", "linphone-cli")
    (directory / ".local/share/linphone").mkdir(parents=True)
    file = directory / "linphonerc"
    file.write_text(
        f"[sip]\n{ports}\nuse_ipv6=0\ndefault_proxy=0\nregister_only_when_network_is_up=0\n{more}\n"
        f"[rtp]\naudio_rtp_port={free_ports(2, even=True)}\n"
        f"[proxy_0]\nreg_proxy=<sip:{server}>\nreg_identity=sip:{extension}@{server}\nreg_expires=120\n"
        f"reg_sendregister=1\n[auth_info_0]\nusername={extension}\npasswd=demo-{extension}\n"
    )
    log = directory / "linphone.log"
    peer = await run("env", f"HOME={directory}", path, "-c", str(file), "-d", "3", "-l", str(log), cwd=directory)
    for _ in range(300):
        if log.exists() and "LinphoneRegistrationOk" in log.read_text(errors="replace"):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError(f"not registered:\n{log.read_text(errors='replace')[-3000:]}")
    await peer.types("soundcard use files")
    await peer.types(f"play {tone_file(directory / 'tone.wav', TONE_HZ)}")
    return peer


async def calls_holds_and_presses_keys(peer: Peer, ana: Phone, call: str) -> None:
    await peer.types(f"call {call}")
    incoming = await ana.incoming(10)
    assert incoming.caller_number == "102"
    await CallerScript(incoming).hears_tone(TONE_HZ, within=8, seconds=1.0).run()
    await peer.types("5")
    await until(lambda: incoming.heard.digits == "5", 5, "the key that was pressed")
    await peer.types("pause")
    await peer.printed("is now paused", 5)
    await peer.types("resume")
    await CallerScript(incoming).hears_tone(TONE_HZ, within=8, seconds=1.0).run()
    await peer.types("terminate")
    await incoming.ended(5)


async def test_over_udp_it_calls_holds_and_presses_keys(house: House, run: Run, tmp_path: Path) -> None:
    ana = await house.phone("101", answers(440))
    server = f"127.0.0.1:{house.server.sip[1]}"
    peer = await linphone(run, tmp_path, "102", server, f"sip_port={free_ports(1)}\nsip_tcp_port=0\nsip_tls_port=0")
    await calls_holds_and_presses_keys(peer, ana, f"sip:101@{server}")


async def test_it_is_called_held_and_hung_up_on(house: House, run: Run, tmp_path: Path) -> None:
    ana = await house.phone("101")
    server = f"127.0.0.1:{house.server.sip[1]}"
    peer = await linphone(run, tmp_path, "102", server, f"sip_port={free_ports(1)}\nsip_tcp_port=0\nsip_tls_port=0")
    call = ana.call("102")
    await call.ringing()
    await peer.types("answer")
    await call.answered()
    await CallerScript(call).hears_tone(TONE_HZ, within=8, seconds=1.0).run()
    await call.hold()
    await call.resume()
    await CallerScript(call).hears_tone(TONE_HZ, within=8).hangs_up().run()
    await peer.printed("ended", 5)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def test_over_tls_it_calls_holds_and_presses_keys(
    encrypted: Encrypted, run: Run, tmp_path: Path, stack: AsyncExitStack
) -> None:
    ana = await stack.enter_async_context(await encrypted.phone("101", behaviour=answers(440)))
    server = f"localhost:{encrypted.port};transport=tls"  # its TLS library knows no addresses in certificates
    ports = f"sip_port=0\nsip_tcp_port=0\nsip_tls_port={free_ports(1)}"
    peer = await linphone(run, tmp_path, "102", server, ports, f"root_ca={encrypted.authority.file}")
    await calls_holds_and_presses_keys(peer, ana, f"sip:101@{server}")
