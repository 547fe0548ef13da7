"""One campaign as a state machine: given the time and the agents who are free, who is called next and by whom.

Every call has an agent of its own before it is made, so that there are never more calls than free agents, and nobody
who answers finds nobody there.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from config.campaigns import Campaign
from pbx.campaigns.errors import NotOfferedError, TooManyContactsError
from pbx.campaigns.hours import next_time, zones_of

Running = Literal["stopped", "running", "paused"]
STATES: tuple[Running, ...] = ("stopped", "running", "paused")
MAX_CONTACTS = 10_000
DO_NOT_CALL, NO_HOURS, WITHDRAWN = "do_not_call", "no_hours", "withdrawn"
BY_THE_AGENT = ("skipped", "cancelled")  # as if nobody had answered
CUT_OFF_S = 3600.0
UNANSWERED_S = 60  # until an agent who does not answer is rung again
MAX_LOOKED_AT = 200  # of one step: a long list outside its hours delays nobody


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is to be called. ``number``: E.164; ``not_before``: epoch seconds of the next attempt."""

    id: str
    number: str
    name: str = ""
    attempts: int = 0
    not_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring ``login``, and then the contact."""

    contact: Contact
    login: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Show the contact to ``login``, who starts the call or leaves it out, until ``until``."""

    contact: Contact
    login: str
    until: float


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The contact is not shown to ``login`` any more."""

    contact: Contact
    login: str


@dataclass(frozen=True, slots=True)
class Done:
    """The contact is done with, without a call: ``do_not_call``, ``no_hours``, ``withdrawn``."""

    contact: Contact
    result: str


Action = Dial | Preview | Withdraw | Done


class CampaignEngine:
    """The contacts of one campaign that are not done, and what they are at."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state: Running = "stopped"
        self.tally: dict[str, int] = {}
        self._contacts: dict[str, Contact] = {}
        self._numbers: set[str] = set()
        self._due: list[tuple[float, int, str]] = []
        self._sequence = 0
        self._calling: dict[str, str] = {}  # contact → login
        self._shown: dict[str, Preview] = {}
        self._rests: dict[str, float] = {}  # login → until

    # --- What can be seen ---------------------------------------------------------------------------------------------

    @property
    def contacts(self) -> Sequence[Contact]:
        """Those that are not done."""
        return tuple(self._contacts.values())

    @property
    def open(self) -> int:
        """How many contacts are not done, those under way included."""
        return len(self._contacts)

    @property
    def calling(self) -> int:
        """How many are being called."""
        return len(self._calling)

    def shown_to(self, login: str) -> Preview | None:
        """What this agent is to decide on."""
        return next((one for one in self._shown.values() if one.login == login), None)

    # --- What happens -------------------------------------------------------------------------------------------------

    def add(self, contact: Contact) -> bool:
        """Another contact; False: this number is on the list already. Raises TooManyContactsError."""
        if contact.number in self._numbers:
            return False
        if len(self._contacts) >= MAX_CONTACTS:
            raise TooManyContactsError(f"campaign '{self.name}' has {MAX_CONTACTS} contacts that are not done")
        self._numbers.add(contact.number)
        self._wait(contact)
        return True

    def stop(self, state: Running) -> list[Action]:
        """``running``, ``paused`` (no more calls; those under way go on) or ``stopped`` (the list is done with too)."""
        self.state = state
        if state == "running":
            return []
        actions: list[Action] = [Withdraw(one.contact, one.login) for one in self._shown.values()]
        for one in list(self._shown.values()):
            self._take_back(one)
        if state == "stopped":
            left = [one for one in self._contacts.values() if one.id not in self._calling]
            actions += [self._drop(contact, WITHDRAWN) for contact in left]
        return actions

    def step(
        self, rules: Campaign, now: float, free: Sequence[str], unwanted: Callable[[str], bool], zone: str
    ) -> list[Action]:
        """What is to be done now. ``free``: agents who can be given a call, who has waited longest first;
        ``unwanted``: whether a number is on the do-not-call list; ``zone``: the company's, for numbers of nowhere."""
        actions: list[Action] = []
        for shown in list(self._shown.values()):
            if shown.until <= now or shown.login not in free or rules.kind != "preview":
                self._take_back(shown)
                actions.append(Withdraw(shown.contact, shown.login))
        if self.state != "running":
            return actions
        taken = {*self._calling.values(), *(one.login for one in self._shown.values())}
        just_left = {one.login for one in actions if isinstance(one, Withdraw)}
        ready = [
            login
            for login in dict.fromkeys(free)
            if login not in taken and login not in just_left and self._rests.get(login, 0.0) <= now
        ]
        for _ in range(MAX_LOOKED_AT):
            if not ready or (contact := self._next(now)) is None:
                break
            if (action := self._hindrance(rules, contact, now, unwanted, zone)) is not None:
                actions += action
            elif rules.kind == "preview":
                preview = Preview(contact, ready.pop(0), now + rules.preview_s)
                self._shown[contact.id] = preview
                actions.append(preview)
            else:
                actions.append(self._dial(contact, ready.pop(0), now))
        return actions

    def start(self, contact_id: str, login: str, now: float) -> Dial:
        """The agent starts the call shown. Raises NotOfferedError."""
        return self._dial(self._decided(contact_id, login).contact, login, now)

    def skip(self, contact_id: str, login: str, rules: Campaign, now: float) -> bool:
        """The agent leaves it out: it counts as an attempt; True: the last. Raises NotOfferedError."""
        self._decided(contact_id, login)
        self._calling[contact_id] = login
        return self.over(contact_id, "skipped", rules, now)

    def let_go(self, contact_id: str, rules: Campaign, now: float) -> None:
        """The call goes on without its agent, who is free for another one."""
        login = self._calling.get(contact_id)
        if login:
            self._calling[contact_id] = ""
            self._rests[login] = now + rules.rest_s

    def over(self, contact_id: str, result: str, rules: Campaign, now: float, *, counts: bool = True) -> bool:
        """A call is over: to be tried again, or done with (True). ``counts``: False when the agent did not answer, and
        so the contact was not called."""
        contact = self._contacts.get(contact_id)
        login = self._calling.pop(contact_id, None)
        if contact is None or login is None:
            return False
        if login:
            self._rests[login] = now + (rules.rest_s if counts else max(rules.rest_s, UNANSWERED_S))
        attempted = replace(contact, attempts=contact.attempts + 1) if counts else contact
        pause = {str(kind): pause_s for kind, pause_s in rules.pauses_s.items()}.get(result)
        if not counts:
            pause = UNANSWERED_S
        elif result in BY_THE_AGENT:
            pause = rules.pauses_s.get("no_answer")
        if self.state != "stopped" and pause is not None and attempted.attempts < rules.attempts:
            self._wait(replace(attempted, not_before=now + pause))
            return False
        self._contacts[contact_id] = attempted
        self._drop(attempted, result)
        return True

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _dial(self, contact: Contact, login: str, now: float) -> Dial:
        # What a crash would leave behind: the call may go on, so nobody is called again at once.
        self._contacts[contact.id] = replace(contact, not_before=now + CUT_OFF_S)
        self._calling[contact.id] = login
        return Dial(contact, login)

    def _next(self, now: float) -> Contact | None:
        while self._due and self._due[0][0] <= now:
            _, _, contact_id = heapq.heappop(self._due)
            contact = self._contacts.get(contact_id)
            if contact is not None and contact_id not in self._calling and contact_id not in self._shown:
                return contact
        return None

    def _hindrance(
        self, rules: Campaign, contact: Contact, now: float, unwanted: Callable[[str], bool], zone: str
    ) -> list[Action] | None:
        if unwanted(contact.number):
            return [self._drop(contact, DO_NOT_CALL)]
        at = next_time(rules.hours, zones_of(contact.number, zone), now)
        if at is None:
            return [self._drop(contact, NO_HOURS)]
        if at > now:
            self._wait(replace(contact, not_before=at))
            return []
        return None

    def _decided(self, contact_id: str, login: str) -> Preview:
        preview = self._shown.get(contact_id)
        if preview is None or preview.login != login or self.state != "running":
            raise NotOfferedError("this contact is not offered, or not any more")
        del self._shown[contact_id]
        return preview

    def _take_back(self, shown: Preview) -> None:
        del self._shown[shown.contact.id]
        self._wait(shown.contact)

    def _wait(self, contact: Contact) -> None:
        self._contacts[contact.id] = contact
        self._sequence += 1
        heapq.heappush(self._due, (contact.not_before, self._sequence, contact.id))

    def _drop(self, contact: Contact, result: str) -> Done:
        del self._contacts[contact.id]
        self._numbers.discard(contact.number)
        self.tally[result] = self.tally.get(result, 0) + 1
        return Done(contact, result)

    # --- Kept over restarts -------------------------------------------------------------------------------------------

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types. Calls under way are still to be made."""
        contacts, tally, state = tuple(self._contacts.values()), dict(self.tally), self.state
        return lambda: {"state": state, "tally": tally, "contacts": [asdict(one) for one in contacts]}

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out."""
        if not isinstance(document, dict):
            return
        self.state = document["state"] if document.get("state") in STATES else "paused"
        tally = document.get("tally")
        for result, count in tally.items() if isinstance(tally, dict) else ():
            if isinstance(count, int):
                self.tally[str(result)] = count
        types: dict[str, Any] = {"id": str, "number": str, "name": str, "attempts": int, "not_before": (int, float)}
        names = {one.name for one in fields(Contact)}
        for entry in document.get("contacts") or []:
            if not isinstance(entry, dict) or set(entry) != names or len(self._contacts) >= MAX_CONTACTS:
                continue
            if all(isinstance(entry[name], types[name]) for name in names):
                self.add(Contact(**entry))
