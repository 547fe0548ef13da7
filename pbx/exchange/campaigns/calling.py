"""Making the calls of campaigns: who is free goes into the engines, and what they decide is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from config.campaigns import Campaign
from pbx.background import beside, for_ever
from pbx.campaigns.engine import DO_NOT_CALL, Action, CampaignEngine, Contact, Dial, Done, Preview, Withdraw
from pbx.events import Body, CampaignAttempted, CampaignOffered, CampaignState, CampaignWithdrawn
from pbx.exchange.campaigns.outgoing_call import OutgoingCall
from pbx.exchange.destinations.callback import callable_number
from pbx.exchange.house import House

log = structlog.get_logger()

LOOK_EVERY_S = 1.0


class CampaignCalling:
    """Drives every campaign of the house's book. ``emit`` puts events on the stream."""

    def __init__(self, house: House, emit: Callable[[Body, str | None], object]) -> None:
        self._house = house
        self._emit = emit
        self._calls: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        house.campaigns.on_change = self._wake.set
        self._task = for_ever(self._run, "campaigns")

    async def stop(self) -> None:
        """No more calls; who is left in the book stays there."""
        tasks = [self._task, *self._calls]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            for engine in self._house.campaigns.all():
                try:
                    self._look_after(engine)
                except Exception as error:
                    engine.stop("paused")
                    self._emit(CampaignState(engine.name, "paused"), None)
                    log.exception("campaign_failed", campaign=engine.name, error=repr(error))
            self._wake.clear()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _look_after(self, engine: CampaignEngine) -> None:
        house = self._house
        snapshot = house.snapshot()
        rules = snapshot.campaigns.get(engine.name)
        if rules is None:
            self.carry_out(engine, engine.stop("stopped"))
            house.campaigns.keep_only(snapshot.campaigns)
            return
        free = () if house.board.plane.is_overloaded else self._free(rules)
        zone = snapshot.company.time_zone
        actions = engine.step(rules, house.board.clock(), free, snapshot.do_not_call.__contains__, zone)
        self.carry_out(engine, actions)
        if engine.state == "running" and not engine.open:
            engine.stop("stopped")
            self._emit(CampaignState(engine.name, "done"), None)
            house.campaigns.on_saved()

    def _free(self, rules: Campaign) -> tuple[str, ...]:
        """The agents of the campaign who can be given a call now, who has waited longest first."""
        agents = [
            agent
            for agent in self._house.queues.queue(rules.queue).agents
            if agent.state == "available" and agent.is_there and (not rules.agents or agent.login in rules.agents)
        ]
        calls = self._house.board.calls.values()
        busy = {call.caller.login for call in calls if call.leg is None or call.leg.party.login == call.caller.login}
        return tuple(agent.login for agent in sorted(agents, key=lambda one: one.since) if agent.login not in busy)

    def carry_out(self, engine: CampaignEngine, actions: list[Action]) -> None:
        """Do what the engine wants."""
        for action in actions:
            contact = action.contact
            match action:
                case Dial():
                    self.dial(engine, action)
                case Preview(login=login, until=until):
                    offered = CampaignOffered(engine.name, contact.id, contact.number, contact.name, login, until)
                    self._emit(offered, None)
                case Withdraw(login=login):
                    self._emit(CampaignWithdrawn(engine.name, contact.id, login), None)
                case Done(result=result):
                    self.attempted(engine, contact, None, result, is_last=True)
        if actions:
            self._house.campaigns.on_saved()

    def dial(self, engine: CampaignEngine, dial: Dial) -> str | None:
        """Make the call that the engine wants; its id."""
        snapshot = self._house.snapshot()
        rules, person = snapshot.campaigns.get(engine.name), snapshot.people.get(dial.login)
        if rules is None or person is None:
            return None
        if callable_number(self._house, dial.contact.number) is None:
            self._over(engine, rules, dial, "failed", None, 0.0, counts=True)
            return None
        outgoing = OutgoingCall(self._house, rules, dial, person)
        outgoing.on_let_go = lambda: self._let_go(engine, rules, dial)
        outgoing.begin()
        task = beside(self._call(engine, rules, dial, outgoing), "campaign_call", campaign=engine.name)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return outgoing.call.id

    def _let_go(self, engine: CampaignEngine, rules: Campaign, dial: Dial) -> None:
        engine.let_go(dial.contact.id, rules, self._house.board.clock())
        self._house.campaigns.changed()

    async def _call(self, engine: CampaignEngine, rules: Campaign, dial: Dial, outgoing: OutgoingCall) -> None:
        await outgoing.over()
        result, call_id = outgoing.result, outgoing.call.id
        self._over(engine, rules, dial, result, call_id, outgoing.talk_s, counts=outgoing.has_called)

    def _over(
        self,
        engine: CampaignEngine,
        rules: Campaign,
        dial: Dial,
        result: str,
        call_id: str | None,
        talk_s: float,
        *,
        counts: bool,
    ) -> None:
        is_last = engine.over(dial.contact.id, result, rules, self._house.board.clock(), counts=counts)
        if counts:
            login = None if result == DO_NOT_CALL else dial.login
            self.attempted(engine, dial.contact, login, result, is_last, call_id, talk_s)
        self._house.campaigns.changed()

    def attempted(
        self,
        engine: CampaignEngine,
        contact: Contact,
        login: str | None,
        result: str,
        is_last: bool,
        call_id: str | None = None,
        talk_s: float = 0.0,
    ) -> None:
        """Tell what has come of a contact."""
        count = contact.attempts + (login is not None)
        self._emit(
            CampaignAttempted(
                engine.name, contact.id, contact.number, contact.name, count, login, result, is_last, talk_s
            ),
            call_id,
        )
