"""What the exchange knows of the company at one moment: immutable, in memory, swapped as a whole for the next call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from config.campaigns import Campaign
from config.company import Company, Number, Person, Queue, RingGroup, Room, Trunk, VoicemailBox
from config.settings import Settings
from pbx.routing.blocklist import Blocklist, Rule
from pbx.routing.dialplan import Dialplan
from store.blocklist import load_rules
from store.configuration import load_company
from store.credentials import Credentials
from store.do_not_call import load_do_not_call
from store.engine import Database
from store.secret_key import SecretKey


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The company, its secrets and its block list, indexed by what calls ask for."""

    company: Company
    credentials: Credentials
    dialplan: Dialplan
    blocklist: Blocklist
    numbers: Mapping[str, Number]
    people: Mapping[str, Person]  # by login
    extensions: Mapping[str, Person]
    queues: Mapping[str, Queue]
    ring_groups: Mapping[str, RingGroup]
    rooms: Mapping[str, Room]  # by extension
    boxes: Mapping[str, VoicemailBox]
    trunks: Mapping[str, Trunk]
    campaigns: Mapping[str, Campaign]
    do_not_call: frozenset[str] = frozenset()  # E.164; what campaigns leave out

    @classmethod
    def of(
        cls,
        company: Company,
        credentials: Credentials,
        rules: Iterable[Rule] = (),
        do_not_call: frozenset[str] = frozenset(),
    ) -> Snapshot:
        """Index a company."""
        return cls(
            company=company,
            credentials=credentials,
            dialplan=Dialplan(company),
            blocklist=Blocklist(rules, company.country),
            numbers={number.number: number for number in company.numbers},
            people={person.login: person for person in company.people},
            extensions={person.extension: person for person in company.people},
            queues={queue.name: queue for queue in company.queues},
            ring_groups={group.name: group for group in company.ring_groups},
            rooms={room.extension: room for room in company.rooms},
            boxes={box.box: box for box in company.voicemail_boxes},
            trunks={trunk.name: trunk for trunk in company.trunks},
            campaigns={campaign.name: campaign for campaign in company.campaigns},
            do_not_call=do_not_call,
        )

    def person(self, target: str) -> Person | None:
        """The person with this extension or login, as a destination names one."""
        return self.extensions.get(target) or self.people.get(target)


class CurrentSnapshot:
    """The snapshot in force. Who holds an old one keeps it to the end of the call."""

    def __init__(self, settings: Settings, first: Snapshot) -> None:
        self._settings = settings
        self._current = first
        self._changed: list[Callable[[Snapshot], None]] = []
        self._reading = asyncio.Lock()

    def __call__(self) -> Snapshot:
        return self._current

    def on_change(self, changed: Callable[[Snapshot], None]) -> None:
        """Call ``changed`` with every snapshot from the next one on."""
        self._changed.append(changed)

    async def reload(self) -> Snapshot:
        """Read the database again. The old snapshot stays in force when that fails; raises what it failed with."""
        async with self._reading:
            self._current = await load_snapshot(self._settings)
        for changed in self._changed:
            changed(self._current)
        return self._current


async def load_snapshot(settings: Settings) -> Snapshot:
    """Read company, secrets and block list from the database, in a thread: a long block list delays no call.

    Raises the errors of ``store.configuration.load_company`` and of the database.
    """
    return await asyncio.to_thread(lambda: asyncio.run(_read(settings)))


async def _read(settings: Settings) -> Snapshot:
    key = SecretKey.of(settings.data_dir)
    database = Database(settings.database)
    try:
        async with database.session() as session:
            company, credentials = await load_company(session, settings, key)
            rules = await load_rules(session)
            do_not_call = await load_do_not_call(session)
    finally:
        await database.dispose()
    listed = (Rule(one.number, one.action, one.id, one.scope, one.expires_at) for one in rules)
    return Snapshot.of(company, credentials, listed, do_not_call)
