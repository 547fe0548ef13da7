"""baresip as a registered phone: it plays a file, echoes through its own codecs, and dials."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.house import House
from tests.interop.conftest import Peer, program
from tests.kit import CallerScript, analysis
from tests.kit.phone import answers
from tests.kit.ports import free_ports
from tests.kit.sources import Tone

Run = Callable[..., Awaitable[Peer]]
MODULES = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")


async def baresip(
    run: Run,
    directory: Path,
    house: House,
    extension: str,
    source: str,
    player: str,
    *commands: str,
    codec: str = "",
    is_carrier: bool = False,
) -> Peer:
    """A registered baresip that answers by itself; ``commands`` are run at its start.

    ``codec``: what it speaks instead of G.711, as its configuration names it ("opus/48000/2"); then it also writes down
    what it hears (``dump-*-dec.wav``). ``is_carrier``: it is no telephone but the carrier, and ``extension`` who calls.
    """
    path = program("baresip", "baresip-core")
    directory.mkdir(exist_ok=True)
    modules = next((folder for folder in MODULES if Path(folder).is_dir()), MODULES[0])
    (directory / "config").write_text(
        f"poll_method epoll\nsip_listen 127.0.0.1:{free_ports(2)}\nmodule_path {modules}\n"
        f"audio_source {source}\naudio_player {player}\naudio_alert {player}\n"
        "rtp_ports 31000-31200\nnet_interface 127.0.0.1\n"
        f"module {codec.partition('/')[0].lower() or 'g711'}.so\nmodule aufile.so\nmodule aubridge.so\n"
        f"{f'module sndfile.so{chr(10)}snd_path {directory}{chr(10)}' if codec else ''}"
        "module_app account.so\nmodule_app menu.so\n"
    )
    phone, carrier = f"auth_pass=demo-{extension};regint=120", "auth_user=carrier;auth_pass=demo-carrier;regint=0"
    (directory / "accounts").write_text(
        f"<sip:{extension}@127.0.0.1:{house.server.sip[1]}>;{carrier if is_carrier else phone};answermode=auto"
        f"{f';audio_codecs={codec}' if codec else ''}\n"
    )
    (directory / "contacts").write_text("")
    options = [option for command in commands for option in ("-e", command)]
    peer = await run(path, "-f", str(directory), "-v", *options, cwd=directory)
    await peer.printed("baresip is ready" if is_carrier else "200 OK", 15)
    return peer


def tone_file(path: Path, frequency: float, seconds: float = 20) -> Path:
    source = Tone(frequency)
    analysis.write_wav(path, np.concatenate([source.next_frame() for _ in range(round(seconds * 50))]))
    return path


async def test_the_file_that_baresip_plays_is_heard(house: House, run: Run, tmp_path: Path) -> None:
    file = tone_file(tmp_path / "tone.wav", 700)
    await baresip(run, tmp_path / "b", house, "102", f"aufile,{file}", "aubridge,nobody")
    ana = await house.phone("101")
    call = await ana.call("102").answered()
    await CallerScript(call).hears_tone(700, within=6, seconds=1.0).run()
    assert call.quality.is_continuous, call.quality
    await call.hang_up()
    logged = await house.logged(await house.call_id(direction="internal"))
    assert logged["result"] == "answered"


async def test_what_baresip_hears_comes_back_through_its_own_codec(house: House, run: Run, tmp_path: Path) -> None:
    await baresip(run, tmp_path / "b", house, "102", "aubridge,loop", "aubridge,loop")
    ana = await house.phone("101")
    call = await ana.call("102").answered()
    call.say_tone(440)
    await CallerScript(call).hears_tone(440, within=6, seconds=1.0).hangs_up().run()


@pytest.mark.parametrize("codec", ["opus/48000/2", "G722/16000/1"])
async def test_baresip_with_one_codec_only_is_called_and_heard(
    house: House, run: Run, tmp_path: Path, codec: str
) -> None:
    if not any((Path(folder) / f"{codec.partition('/')[0].lower()}.so").exists() for folder in MODULES):
        pytest.skip("this baresip has no such module")
    await baresip(run, tmp_path / "b", house, "102", "aubridge,loop", "aubridge,loop", codec=codec)
    ana = await house.phone("101")
    call = await ana.call("102").answered()
    call.say_tone(440)
    await CallerScript(call).hears_tone(440, within=6, seconds=1.0).run()
    assert call.quality.is_continuous, call.quality
    await call.hang_up()
    logged = await house.logged(await house.call_id(direction="internal"))
    assert logged["result"] == "answered"


async def test_baresip_dials_and_is_heard(house: House, run: Run, tmp_path: Path) -> None:
    file = tone_file(tmp_path / "tone.wav", 440)
    ana = await house.phone("101", answers(700))
    host = f"127.0.0.1:{house.server.sip[1]}"
    await baresip(run, tmp_path / "b", house, "102", f"aufile,{file}", "aubridge,nobody", f"d sip:101@{host}")
    incoming = await ana.incoming(10)
    assert incoming.caller_number == "102"
    await CallerScript(incoming).hears_tone(440, within=8, seconds=1.0).hangs_up().run()


async def test_baresip_is_held_and_comes_back(house: House, run: Run, tmp_path: Path) -> None:
    file = tone_file(tmp_path / "tone.wav", 700)
    await baresip(run, tmp_path / "b", house, "102", f"aufile,{file}", "aubridge,nobody")
    ana = await house.phone("101")
    call = await ana.call("102").answered()
    await CallerScript(call).hears_tone(700, within=6).run()
    await call.hold()
    await call.resume()
    await CallerScript(call).hears_tone(700, within=6).hangs_up().run()
