"""`*45`: an agent becomes available, or goes offline."""

from __future__ import annotations

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.queues.errors import QueueError


async def serve(house: House, call: Call) -> Next:
    login = call.caller.login
    if login is None:
        raise CallRefusedError(403, "not_allowed")
    try:
        agent = house.queues.toggle(login)
    except QueueError:
        raise CallRefusedError(403, "not_an_agent") from None
    await call.answer()
    chosen = agent.next_state or agent.state
    await call.say(house.prompts.clips("agent.offline" if chosen == "offline" else "agent.available", call.language))
    return completed()
