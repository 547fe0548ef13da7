"""The exchange process: SIP, calls, routing, queues and menus, with the menus' interpreter and prompts wired in."""

from __future__ import annotations

import sys

import uvloop

from centralita import logs, starting_gate
from config.settings import SettingsError, load_settings


def main() -> int:
    logs.configure("exchange")
    from ivr.prompts.library import Prompts
    from ivr.runner import Menus
    from ivr.speech.recogniser import ProcessRecogniser
    from pbx.exchange.process import ExchangeError, run_exchange
    from pbx.ports import MenuFaultError

    starting_gate.wait()
    try:
        settings = load_settings()
        prompts = Prompts(settings.prompts_dir)
        recogniser = ProcessRecogniser(settings.speech_models)
        uvloop.run(run_exchange(settings, Menus(prompts, recogniser), prompts))
    except (SettingsError, ExchangeError, MenuFaultError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
