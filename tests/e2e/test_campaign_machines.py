"""A campaign reaches an answering machine and a person, whose telephones really speak: each is told by its sound."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.e2e.house import AGENT_HZ, House
from tests.e2e.test_campaigns import begins
from tests.e2e.test_greetings import tone, upload
from tests.kit import Call, CallerScript
from tests.kit.api import eventually
from tests.kit.g711 import Pcm
from tests.kit.sources import RATE

MESSAGE_HZ = 1300.0
MACHINE, PERSON = "+34600701001", "+34600701002"
RULES: dict[str, Any] = {
    "machines": "leave_message",
    "message": {"es": "Le volveremos a llamar mañana."},
    "prompt": "tomorrow",
    "wrap_up_s": 3,
}


def silence(seconds: float) -> Pcm:
    return np.zeros(int(seconds * RATE), np.int16)


def voice(seconds: float) -> Pcm:
    """Five syllables a second, their pitch and loudness moving as in speech."""
    at = np.arange(int(seconds * RATE)) / RATE
    pitch = 130 + 30 * np.sin(2 * np.pi * 1.3 * at) + 10 * np.sin(2 * np.pi * 4.7 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(phase * harmonic) / harmonic for harmonic in range(1, 12))
    loud = (0.15 + np.abs(np.sin(np.pi * 5 * at))) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.9 * at))
    return np.asarray(sound * loud * 5000, np.int16)


def beep(seconds: float) -> Pcm:
    return np.asarray(8000 * np.sin(2 * np.pi * 1000 * np.arange(int(seconds * RATE)) / RATE), np.int16)


class Contacts:
    """The machine greets for four seconds, beeps, and takes a message; the person says a word and listens."""

    def __init__(self) -> None:
        self.machine_took_a_message = False
        self.person_heard_the_agent = False

    async def takes(self, call: Call) -> None:
        call.ring()
        await call.answer()
        if call.dialled == MACHINE:
            greeting = (silence(0.2), voice(2.3), silence(0.2), voice(1.1), silence(0.3), beep(0.4), silence(20))
            call.say_pcm(np.concatenate(greeting))
            await CallerScript(call).hears_tone(AGENT_HZ, within=3).hears_silence(within=8, seconds=0.4).run()
            await CallerScript(call).hears_tone(MESSAGE_HZ, within=8).run()
            self.machine_took_a_message = True
            await call.ended(10)
            return
        call.say_pcm(np.concatenate([silence(0.4), voice(0.5), silence(30)]))
        await CallerScript(call).hears_tone(AGENT_HZ, within=3).waits(2.5).hears_tone(AGENT_HZ, within=1).run()
        self.person_heard_the_agent = True
        await call.hang_up()


async def answers_each(call: Call) -> None:
    await call.answer()
    call.say_tone(AGENT_HZ)
    await call.ended(60)


async def test_a_machine_gets_the_message_after_its_beep_and_a_person_gets_the_agent(house: House) -> None:
    contacts, carrier = Contacts(), await house.carrier()
    carrier.behaviour = contacts.takes
    ana = await house.agent("ana", answers_each)
    assert await upload(house.admin, "/prompts/es/tomorrow", tone(1.5, MESSAGE_HZ)) == 200
    try:
        await begins(house, "machines", (MACHINE, PERSON), **RULES)
        left = await house.events.next("campaign.attempted", 30, number=MACHINE)
        talked = await house.events.next("campaign.attempted", 30, number=PERSON)
        assert (left.event["result"], talked.event["result"]) == ("message_left", "answered")
        assert contacts.machine_took_a_message and contacts.person_heard_the_agent
        await ana.events.next("agent.state", 10, login="ana", state="wrap_up")

        async def complete() -> Any:
            report = await house.admin.get("/campaigns/machines/report")
            return report if report["attempts"] == 2 else None

        report = await eventually(complete, 5, "the report")
        assert report["results"] == {"answered": 1, "message_left": 1}

        async def activity() -> Any:
            return await house.admin.items("/activities", call_id=talked.event["call_id"]) or None

        (found,) = await eventually(activity, 5, "the talk among the activities of the CRM")
        assert found["call_id"] == talked.event["call_id"]
    finally:
        await house.admin.json("DELETE", "/settings/campaigns/machines")
        await house.admin.request("DELETE", "/prompts/es/tomorrow")
