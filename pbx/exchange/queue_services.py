"""What works beside the queues: the hours, the callbacks, the campaigns, the watch over agents' telephones
and over browsers that sleep, and the memory of who served whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from pbx.background import for_ever
from pbx.events import Body
from pbx.exchange.callbacks.calling import Calling
from pbx.exchange.campaigns.calling import CampaignCalling
from pbx.exchange.device_watch import DeviceWatch, asking
from pbx.exchange.house import House
from pbx.exchange.opening import Opening
from pbx.exchange.sleepers import Sleepers
from pbx.routing.state_file import StateFile


async def begin_queue_services(
    house: House, emit: Callable[[Body, str | None], None], fault: Callable[[str], None], stack: AsyncExitStack
) -> Opening:
    """Start them for ``house``, with what was kept from before; ``stack`` stops them.

    Callbacks that were promised before are still owed, so this comes when telephones can be rung.
    """
    folder = house.settings.data_dir
    opening = Opening(house)
    opening.start()
    stack.callback(opening.stop)

    last = house.last_agents
    remembered = StateFile(folder / "last_agents.json", last.document, fault)
    last.restore(await asyncio.to_thread(remembered.load))
    last.on_changed = remembered.changed
    stack.push_async_callback(remembered.close)

    book = house.callbacks
    kept = StateFile(folder / "callbacks.json", book.document, fault)
    book.restore(await asyncio.to_thread(kept.load))
    book.on_saved, book.on_event = kept.changed, emit
    stack.push_async_callback(kept.close)
    watch = DeviceWatch(house, asking(house.board.agent))
    watch.start()
    stack.callback(watch.stop)
    stack.callback(for_ever(Sleepers(house).run, "sleepers").cancel)

    calling = Calling(house)
    stack.push_async_callback(calling.stop)

    campaigns = house.campaigns
    listed = StateFile(folder / "campaigns.json", campaigns.document, fault)
    campaigns.restore(await asyncio.to_thread(listed.load))
    campaigns.on_saved = listed.changed
    stack.push_async_callback(listed.close)
    house.campaign_calling = CampaignCalling(house, emit)
    stack.push_async_callback(house.campaign_calling.stop)
    return opening
