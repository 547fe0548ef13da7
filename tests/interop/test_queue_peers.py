"""A queue whose callers are SIPp and whose agent is baresip: neither telephone is ours."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

from tests.e2e.house import House
from tests.interop.sipp_peer import Run, sipp, succeeds
from tests.interop.test_baresip import baresip, tone_file
from tests.kit import analysis

TALK_S = 0.6
NUMBER, AGENT_HZ = "+34910000250", 700.0
CALLERS = [f"+3460012350{number}" for number in (1, 2, 3)]
QUEUE = {
    "name": "peers",
    "members": [{"login": "luis"}],
    "announce_position_s": 0,
    "overflow": {"kind": "voicemail", "target": "100"},
}


async def test_callers_of_sipp_are_served_in_order_by_an_agent_at_baresip(
    house: House, run: Run, tmp_path: Path
) -> None:
    await house.admin.post("/settings/queues", QUEUE)
    leads_there = {"number": NUMBER, "destination": {"kind": "queue", "target": "peers"}}
    await house.admin.post("/settings/numbers", leads_there)
    try:
        file = tone_file(tmp_path / "tone.wav", AGENT_HZ)
        await baresip(run, tmp_path / "b", house, "102", f"aufile,{file}", "aubridge,nobody")
        options = ("-s", NUMBER, "-m", str(len(CALLERS)), "-r", "5", "-rtp_echo")
        peer = await sipp(run, tmp_path, house, "carrier_waits_in_queue.xml", *options)
        call_ids = [await house.call_id(caller_number=caller) for caller in CALLERS]
        for call_id in call_ids:
            await house.events.next("queue.joined", 5, call_id=call_id)
        luis = await house.api("luis")
        await luis.become("available")
        for call_id in call_ids:
            answered = await house.events.next("call.answered", 10, call_id=call_id, kind="person")
            assert answered.event["login"] == "luis"
            assert len(house.events.all("call.answered", kind="person")) == call_ids.index(call_id) + 1
            await house.events.next("recording.started", 5, call_id=call_id)
            await asyncio.sleep(TALK_S)
            await house.admin.post(f"/calls/{call_id}/hangup")
        await succeeds(peer, tmp_path)
        logged = [await house.logged(call_id, 5) for call_id in call_ids]
        assert {(one["result"], one["queue"], one["agent"]) for one in logged} == {("answered", "peers", "luis")}
        wav = await house.recording(logged[0]["recording_id"], 5)
        for side in (wav.left, wav.right):
            assert analysis.tone_spans(side, AGENT_HZ), analysis.describe(side)
    finally:
        await house.admin.request("DELETE", f"/settings/numbers/{quote(NUMBER)}")
        await house.admin.request("DELETE", "/settings/queues/peers")
