"""Browsers' media against a real worker, with aiortc as the independent peer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pbx.media.messages import MediaAlarm
from tests.interop.webrtc_peer import WebPeer
from tests.unit.media.scene import strength
from tests.unit.media.test_ipv6 import needs_six
from tests.unit.media.test_worker import Caller, stage, talk_until

pytestmark = pytest.mark.interop
LOUD = 3000
QUIET = 300


def hears(peer: WebPeer | Caller, tone: float, not_: float) -> bool:
    """Whether the last of what the peer has heard is one tone, and not the other."""
    if isinstance(peer, Caller):
        peer.listen()
    return strength(peer.sound(), tone) > LOUD > QUIET > strength(peer.sound(), not_)


async def test_browser_that_offers_and_a_phone_hear_each_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        browser, phone = WebPeer(700.0), Caller(440.0)
        try:
            await browser.call(scene.plane, "web")
            there = await scene.plane.open_leg("phone", signalled_from="127.0.0.1", beside="web")
            scene.plane.set_remote("phone", phone.remote)
            scene.plane.bridge("web", "phone")
            await browser.connected()
            await talk_until(lambda: hears(phone, 700, 440) and hears(browser, 440, 700), (phone, there))
            assert hears(phone, 700, 440)
            assert hears(browser, 440, 700)
        finally:
            await browser.close()


async def test_browser_that_speaks_opus_only_and_a_phone_hear_each_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        browser, phone = WebPeer(700.0, "opus"), Caller(440.0)
        try:
            await browser.call(scene.plane, "web")
            there = await scene.plane.open_leg("phone", signalled_from="127.0.0.1", beside="web")
            scene.plane.set_remote("phone", phone.remote)
            scene.plane.bridge("web", "phone")
            await browser.connected()
            await talk_until(lambda: hears(phone, 700, 440) and hears(browser, 440, 700), (phone, there))
            assert hears(phone, 700, 440)
            assert hears(browser, 440, 700)
            assert (await scene.plane.figures())[0]["codec_legs"] == 1
        finally:
            await browser.close()


async def test_browsers_called_by_us_hear_each_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        first, second = WebPeer(700.0), WebPeer(1100.0)
        try:
            one = await first.be_called(scene.plane, "a")
            two = await second.be_called(scene.plane, "b")
            assert one.ice is not None and one.ice.lite and one.dtls is not None and one.dtls.setup == "actpass"
            assert two.address == one.address
            scene.plane.bridge("a", "b")
            await asyncio.gather(first.connected(), second.connected())
            await talk_until(lambda: hears(first, 1100, 700) and hears(second, 700, 1100))
            assert hears(first, 1100, 700)
            assert hears(second, 700, 1100)
        finally:
            await first.close()
            await second.close()


@needs_six
async def test_a_browser_with_ipv6_alone_and_a_phone_with_ipv4_hear_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["::1"])
    async with stage(tmp_path) as scene:
        browser, phone = WebPeer(700.0), Caller(440.0)
        try:
            await browser.call(scene.plane, "web")
            there = await scene.plane.open_leg("phone", signalled_from="127.0.0.1", beside="web")
            scene.plane.set_remote("phone", phone.remote)
            scene.plane.bridge("web", "phone")
            await browser.connected()
            await talk_until(lambda: hears(phone, 700, 440) and hears(browser, 440, 700), (phone, there))
            assert hears(phone, 700, 440)
            assert hears(browser, 440, 700)
        finally:
            await browser.close()


async def test_we_may_begin_the_handshake(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        browser = WebPeer(700.0)
        try:
            await browser.be_called(scene.plane, "web", setup="active")
            scene.plane.echo("web", True)
            await browser.connected()
            await talk_until(lambda: hears(browser, 700, 440))
            assert hears(browser, 700, 440)
        finally:
            await browser.close()


async def test_another_ones_certificate_gets_no_sound(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        browser = WebPeer(700.0)
        try:
            await browser.call(scene.plane, "web", fingerprint=":".join(["AB"] * 32))
            scene.plane.echo("web", True)
            alarm = await scene.wait(MediaAlarm)
            assert isinstance(alarm, MediaAlarm) and alarm.what == "dtls_failed"
            figures = (await scene.plane.figures())[0]
            assert figures["srtp_legs"] == 0
            assert not browser.heard
        finally:
            await browser.close()
