"""A caller says what a key would do: a voice in a real call, understood by the engine that comes with the house."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np

from ivr.prompts.espeak import Espeak
from ivr.prompts.sound import telephone
from tests.e2e.company_parts import part
from tests.e2e.house import House
from tests.kit import CallerScript
from tests.kit.g711 import Pcm

NUMBER = "+34910000009"
MENU = """
flow: spoken
languages: [en]
start: ask
nodes:
  ask:
    menu:
      prompt: {en: Say sales or technical support.}
      words: {"1": {en: [sales]}, "2": {en: [technical support]}}
      options: {"1": {queue: sales}, "2": {queue: support}}
      timeout_s: 6
      fallback: hang_up
"""


def voice(words: str) -> Pcm:
    """Said by the machine's voice."""
    return np.asarray(telephone(*Espeak().speak(words, "en")) * 30000, np.int16)


async def test_words_lead_where_keys_would(house: House) -> None:
    number = {"number": NUMBER, "destination": {"kind": "menu", "target": "spoken"}, "language": "en"}
    menu = {"name": "spoken", "text": MENU}
    async with part(house, "menus", "spoken", menu), part(house, "numbers", quote(NUMBER), number):
        call = await house.place(NUMBER)
        said = (
            CallerScript(call).is_answered().hears_speech(8, 0.6).hears_silence(8, 0.6).says(voice("technical support"))
        )
        await said.run()
        left = await house.events.next("menu.left", 10, call_id=await house.call_id(dialled=NUMBER))
        assert left.event["to"] == "queue:support"
        await call.hang_up()
