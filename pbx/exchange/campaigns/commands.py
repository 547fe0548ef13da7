"""What supervisors, scripts and agents ask of the campaigns."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from config.campaigns import Campaign
from pbx.campaigns.engine import MAX_CONTACTS, CampaignEngine, Contact, Running
from pbx.campaigns.errors import NotOfferedError
from pbx.events import CampaignState, CampaignWithdrawn
from pbx.exchange.campaigns.calling import CampaignCalling
from pbx.exchange.house import House
from pbx.refusals import BusyError, NotFoundError, WrongStateError

Document = dict[str, Any]


class CampaignCommands:
    """A part of `pbx.exchange.server.Commands`."""

    _house: House

    def campaigns(self) -> list[Document]:
        return [self._shown(rules) for rules in self._house.snapshot().campaigns.values()]

    def campaign_state(self, name: str, state: Running, by: str) -> Document:
        rules, engine = self._campaign(name)
        if state == "running" and not engine.open:
            raise WrongStateError("the campaign has no contacts to call")
        if state == "paused" and engine.state != "running":
            raise WrongStateError(f"the campaign is {engine.state}")
        if engine.state != state:
            self._calling().carry_out(engine, engine.stop(state))
            self._house.board.emit(CampaignState(name, state, by))
            self._house.campaigns.changed()
        return self._shown(rules)

    def campaign_add(self, name: str, contacts: list[Document]) -> Document:
        """All of them, or none: BusyError."""
        rules, engine = self._campaign(name)
        if engine.open + len(contacts) > MAX_CONTACTS:
            raise BusyError(f"a campaign has at most {MAX_CONTACTS} contacts that are not done; now {engine.open}")
        new_id = self._house.board.new_id
        added = sum(engine.add(Contact(new_id(), one["number"], one["name"])) for one in contacts)
        self._house.campaigns.changed()
        return {**self._shown(rules), "added": added}

    def campaign_offer(self, login: str) -> Document | None:
        """Whom this agent is shown now."""
        for engine in self._house.campaigns.all():
            if (shown := engine.shown_to(login)) is not None:
                rules = self._house.snapshot().campaigns.get(engine.name)
                title = rules.title if rules is not None else ""
                return {**asdict(shown.contact), "campaign": engine.name, "title": title, "until": shown.until}
        return None

    def campaign_decide(self, contact_id: str, login: str, starts: bool) -> Document:
        """The agent starts the call shown, or leaves it out; the id of the call."""
        house = self._house
        now = house.board.clock()
        for engine in house.campaigns.all():
            shown = engine.shown_to(login)
            if shown is None or shown.contact.id != contact_id:
                continue
            rules, _ = self._campaign(engine.name)
            call_id = None
            try:
                if starts:
                    call_id = self._calling().dial(engine, engine.start(contact_id, login, now))
                else:
                    is_last = engine.skip(contact_id, login, rules, now)
                    self._calling().attempted(engine, shown.contact, login, "skipped", is_last)
            except NotOfferedError as error:
                raise NotFoundError(str(error)) from None
            house.board.emit(CampaignWithdrawn(engine.name, contact_id, login))
            house.campaigns.changed()
            return {"call_id": call_id}
        raise NotFoundError("this contact is not offered, or not any more")

    def _campaign(self, name: str) -> tuple[Campaign, CampaignEngine]:
        rules = self._house.snapshot().campaigns.get(name)
        if rules is None:
            raise NotFoundError(f"no campaign '{name}'")
        return rules, self._house.campaigns.of(name)

    def _calling(self) -> CampaignCalling:
        calling = self._house.campaign_calling
        if calling is None:
            raise BusyError("the exchange is starting")
        return calling

    def _shown(self, rules: Campaign) -> Document:
        engine = self._house.campaigns.of(rules.name)
        return {
            "name": rules.name,
            "title": rules.title,
            "kind": rules.kind,
            "queue": rules.queue,
            "state": engine.state,
            "waiting": engine.open - engine.calling,
            "calling": engine.calling,
            "done": dict(engine.tally),
        }
