"""Pages in headless Chromium against a real worker: several on one port, each hearing its own tone."""

from __future__ import annotations

import asyncio
import math
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Page, async_playwright

from pbx.media.client import MediaPlane
from pbx.sdp.audio import Origin
from pbx.sdp.description import parse
from pbx.sdp.negotiation import answer
from pbx.sdp.reading import remote_audio
from tests.e2e.browser import CHROMIUM, FLAGS, needs_chromium
from tests.interop.webrtc_peer import audio_of, media_of
from tests.unit.media.test_worker import stage

pytestmark = [pytest.mark.interop, pytest.mark.browser, needs_chromium]

PAGES = 3
TONE = 700.0
ADDRESS = "http://localhost:1/"  # never reached: the route answers; localhost is where a page may use the microphone
SCRIPT = """async () => {
  const connection = new RTCPeerConnection();
  const plain = {echoCancellation: false, noiseSuppression: false, autoGainControl: false};
  const microphone = await navigator.mediaDevices.getUserMedia({audio: plain});
  const options = {direction: 'sendrecv', streams: [microphone]};
  const transceiver = connection.addTransceiver(microphone.getAudioTracks()[0], options);
  const wanted = ['audio/PCMU', 'audio/telephone-event'];
  const codecs = RTCRtpReceiver.getCapabilities('audio').codecs;
  transceiver.setCodecPreferences(codecs.filter(codec => wanted.includes(codec.mimeType)));
  const heard = new Promise(done => connection.ontrack = event => done(new MediaStream([event.track])));
  await connection.setLocalDescription(await connection.createOffer());
  const begun = performance.now();
  await connection.setRemoteDescription({type: 'answer', sdp: await answered(connection.localDescription.sdp)});
  const stream = await heard;
  const player = new Audio();
  player.srcObject = stream;
  player.play();
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(stream).connect(analyser);
  await new Promise(done => {
    const look = () => { if (connection.connectionState === 'connected') done(); };
    connection.onconnectionstatechange = look;
    look();
    setTimeout(done, 8000);
  });
  const took = performance.now() - begun;
  await new Promise(done => setTimeout(done, 3000));
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const loudest = levels.reduce((best, level, at) => level > levels[best] ? at : best, 1);
  let packets = 0, lost = 0;
  (await connection.getStats()).forEach(report => {
    if (report.type === 'inbound-rtp') { packets = report.packetsReceived; lost = report.packetsLost; }
  });
  const hertz = loudest * context.sampleRate / analyser.fftSize;
  return {state: connection.connectionState, took, hertz, decibels: levels[loudest], packets, lost};
}"""


def write_tone(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        samples = 12000 * np.sin(2 * math.pi * TONE * np.arange(48000 * 10) / 48000)
        file.writeframes(samples.astype("<i2").tobytes())


async def open_page(context: Any, plane: MediaPlane, leg: str, ports: set[int]) -> Page:
    async def answered(sdp: str) -> str:
        offered = remote_audio(parse(sdp.encode()))
        known = media_of(offered, offered.codecs[0])
        local = await plane.open_leg(leg, signalled_from="127.0.0.1", secure=True, remote=known)
        ports.add(local.port)
        said, agreed = answer(offered, audio_of(local), Origin(1, 1))
        plane.set_remote(leg, media_of(offered, agreed.codec, agreed.telephone_event))
        plane.echo(leg, True)
        return said.decode()

    page: Page = await context.new_page()
    await page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<html></html>"))
    await page.expose_function("answered", answered)
    await page.goto(ADDRESS)
    return page


async def test_pages_on_one_port_are_connected_and_hear_the_tone(tmp_path: Path) -> None:
    write_tone(tmp_path / "tone.wav")
    flags = [
        *FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={tmp_path / 'tone.wav'}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    ports: set[int] = set()
    async with stage(tmp_path, pairs=1) as scene, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            context = await browser.new_context()
            pages = [await open_page(context, scene.plane, f"page{number}", ports) for number in range(PAGES)]
            results = await asyncio.gather(*(page.evaluate(SCRIPT) for page in pages))
            figures = (await scene.plane.figures())[0]
        finally:
            await browser.close()
    assert len(ports) == 1
    for result in results:
        assert result["state"] == "connected"
        assert abs(result["hertz"] - TONE) < 20
        assert result["decibels"] > -60
        assert result["packets"] > 80
        assert result["lost"] == 0
    assert figures["srtp_legs"] == PAGES
    assert figures["srtp_refused"] == 0
