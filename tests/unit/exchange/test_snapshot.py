"""What the exchange reads from the database, and when it reads it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.loading import load_company_file
from config.secrets import InitialSecrets
from config.settings import Settings
from pbx.exchange.snapshot import CurrentSnapshot, Snapshot, load_snapshot
from pbx.routing.dialplan import ToDestination
from store.blocklist import add_rule, check_rule
from store.configuration import save_part
from store.engine import Database
from store.errors import NoCompanyError
from store.first_load import first_load
from store.secret_key import SecretKey

NOW = 1_700_000_000.0


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path, demo_carrier=("127.0.0.1", 15090))
    database = Database(settings.database)
    await database.upgrade()
    key = SecretKey.of(tmp_path)
    secrets = InitialSecrets(sip={"101": "demo-101"}, trunks={"carrier": "demo-carrier"})
    await first_load(database, load_company_file(), secrets, key=key, realm=settings.domain, now=NOW, is_demo=True)
    async with database.transaction() as session:
        await add_rule(session, "rule-1", check_rule("+34900*"), by=None, now=NOW)
    await database.dispose()
    return settings


async def test_the_whole_company_in_one_value(settings: Settings) -> None:
    snapshot = await load_snapshot(settings)
    assert snapshot.company.name == "Cafetería Aurora"
    assert snapshot.person("ana") is snapshot.person("101")
    assert snapshot.person("nobody") is None
    assert snapshot.queues["sales"].wrap_up_s == 5
    assert snapshot.ring_groups["reception"].extensions == ("100", "101")
    assert snapshot.rooms["700"].pin == ""
    assert snapshot.boxes["100"].title == "Cafetería Aurora"
    assert snapshot.trunks["carrier"].known_addresses == ("127.0.0.1:15090",)
    assert snapshot.credentials.realm == settings.domain
    assert set(snapshot.credentials.sip) == {"101"}
    rule = snapshot.blocklist.match("+34900123456")
    assert rule is not None
    assert (rule.id, rule.action) == ("rule-1", "reject")


async def test_a_change_counts_after_a_reload_and_the_old_snapshot_stays_as_it_was(settings: Settings) -> None:
    first = await load_snapshot(settings)
    current = CurrentSnapshot(settings, first)
    told: list[Snapshot] = []
    current.on_change(told.append)
    database = Database(settings.database)
    async with database.transaction() as session:
        destination = {"kind": "person", "target": "luis"}
        await save_part(session, "number", "+34910000003", {"destination": destination}, by="admin", now=NOW)
    await database.dispose()
    assert current() is first
    second = await current.reload()
    assert current() is second
    assert told == [second]
    assert _leads_to(first) == "ana"
    assert _leads_to(second) == "luis"


async def test_a_reload_that_fails_leaves_the_old_snapshot_in_force(settings: Settings, tmp_path: Path) -> None:
    first = await load_snapshot(settings)
    empty = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    database = Database(empty.database)
    await database.upgrade()
    await database.dispose()
    current = CurrentSnapshot(empty, first)
    with pytest.raises(NoCompanyError):
        await current.reload()
    assert current() is first


def _leads_to(snapshot: Snapshot) -> str:
    target = snapshot.dialplan.from_trunk("+34910000003")
    assert isinstance(target, ToDestination)
    return target.destination.target
