"""Agents' states across a restart: who was at work when the last exchange stopped still is."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from config.settings import Settings
from pbx.journal.reader import JournalReader
from pbx.queues.driver import Queues
from pbx.queues.errors import QueueError
from store.agent_state import AgentStateRecord, load_agent_states
from store.engine import Database


async def restore_agents(settings: Settings, queues: Queues) -> None:
    """Give every agent the last state of the database and the journal; who talked then is available now."""
    states = await asyncio.to_thread(lambda: asyncio.run(_agent_states(settings)))
    for login, record in states.items():
        state = record.state if record.state in {"break", "offline"} else "available"
        if state != "offline":
            with suppress(QueueError):
                queues.set_agent(login, state, record.reason if state == "break" else None, cause="restart")


async def _agent_states(settings: Settings) -> dict[str, AgentStateRecord]:
    database = Database(settings.database)
    try:
        async with database.session() as session:
            return await load_agent_states(session, JournalReader(settings.journal_dir))
    finally:
        await database.dispose()
