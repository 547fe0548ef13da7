"""The company in the database: loaded once, changed part by part, never forgotten."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete
from structlog.testing import capture_logs

from config.company import Company
from config.secrets import demo_secrets
from config.settings import Settings
from store.configuration import (
    delete_part,
    load_company,
    part_versions,
    restore_part,
    save_missing,
    save_part,
)
from store.credentials import (
    account,
    ha1,
    set_sip_password,
    set_web_password,
    usernames_of_other_realms,
    verify_password,
)
from store.engine import Database
from store.errors import NoCompanyError, PartRefusedError, UnknownPartError
from store.first_load import first_load
from store.secret_key import SecretKey
from store.tables import CompanyPart, TrunkCredential

KEY = SecretKey.fresh()


async def load(database: Database, company: Company, *, is_demo: bool = False) -> bool:
    secrets = demo_secrets(company)
    return await first_load(database, company, secrets, key=KEY, realm="centralita", now=1.0, is_demo=is_demo)


async def test_what_was_loaded_is_read_back_without_the_contacts(database: Database, company: Company) -> None:
    assert await load(database, company)
    async with database.session() as session:
        loaded, credentials = await load_company(session, key=KEY)
    assert loaded == company.model_copy(update={"contacts": ()})
    assert credentials.sip["101"] == ha1("101", "centralita", "demo-101")
    assert credentials.trunks["carrier"].password == "demo-carrier"


async def test_a_trunks_password_is_readable_with_the_key_of_the_installation_only(
    database: Database, company: Company
) -> None:
    await load(database, company)
    async with database.session() as session:
        row = await session.get(TrunkCredential, "carrier")
        assert row is not None
        assert "demo-carrier" not in row.password
        assert (await load_company(session))[1].trunks == {}
        with capture_logs() as logged:
            _, credentials = await load_company(session, key=SecretKey.fresh())
    assert credentials.trunks == {}
    assert (logged[0]["event"], logged[0]["trunk"]) == ("trunk_password_unreadable", "carrier")
    assert "set the trunk's password again" in logged[0]["meaning"]


def test_ha1_is_that_of_the_rfcs() -> None:
    # RFC 7616 §3.9.1: user Mufasa, realm http-auth@example.org, password "Circle of Life".
    secret = ha1("Mufasa", "http-auth@example.org", "Circle of Life")
    assert secret.md5 == "3d78807defe7de2157e2b0b6573a855f"
    assert secret.sha256 == "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232"


async def test_a_database_with_a_company_is_left_alone(database: Database, company: Company) -> None:
    assert await load(database, company)
    other = company.model_copy(update={"name": "Other"})
    assert not await load(database, other)
    async with database.session() as session:
        assert (await load_company(session))[0].name == "Test"


async def test_starts_at_the_same_time_load_once(database_url: str, company: Company) -> None:
    databases = [Database(database_url) for _ in range(3)]
    results = await asyncio.gather(*(load(database, company) for database in databases), return_exceptions=True)
    assert results.count(True) == 1
    for database in databases:
        await database.dispose()


async def test_what_else_belongs_to_the_first_load_is_in_the_same_transaction(
    database: Database, company: Company
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the CRM takes no contacts")

    with pytest.raises(RuntimeError):
        await first_load(database, company, demo_secrets(company), key=KEY, realm="x", now=1.0, also=[fail])
    async with database.session() as session:
        with pytest.raises(NoCompanyError):
            await load_company(session)


async def test_the_demo_carrier_is_where_the_settings_say(database: Database, company: Company) -> None:
    await load(database, company, is_demo=True)
    async with database.session() as session:
        loaded, _ = await load_company(session, Settings(demo_carrier=("127.0.0.1", 5099)))
    (trunk,) = loaded.trunks
    assert (trunk.host, trunk.port, trunk.known_addresses) == ("127.0.0.1", 5099, ("127.0.0.1:5099",))


async def test_a_real_companys_trunk_is_its_own(database: Database, company: Company) -> None:
    await load(database, company)
    async with database.session() as session:
        loaded, _ = await load_company(session, Settings(demo_carrier=("127.0.0.1", 5099)))
    assert loaded.trunks[0].host == "192.0.2.1"


async def test_a_change_is_a_new_version_that_names_its_author(database: Database, company: Company) -> None:
    await load(database, company)
    queue = company.queues[0].model_dump(mode="json")
    async with database.transaction() as session:
        assert await save_part(session, "queue", "sales", queue | {"wrap_up_s": 9}, by="admin", now=2.0) == 2
    async with database.session() as session:
        loaded, _ = await load_company(session)
        versions = await part_versions(session, "queue", "sales")
    assert loaded.queues[0].wrap_up_s == 9
    assert [(row.version, row.body["wrap_up_s"], row.is_current, row.changed_by) for row in versions] == [
        (2, 9, True, "admin"),
        (1, 0, False, None),
    ]


async def test_an_old_version_can_be_taken_back(database: Database, company: Company) -> None:
    await load(database, company)
    async with database.transaction() as session:
        await save_part(session, "menu", "main", {"text": "start: changed"}, by="admin", now=2.0)
        assert await restore_part(session, "menu", "main", 1, by="admin", now=3.0) == 3
        with pytest.raises(UnknownPartError):
            await restore_part(session, "menu", "main", 9, by="admin", now=3.0)
    async with database.session() as session:
        loaded, _ = await load_company(session)
    assert loaded.menus[0].text == "start: hello"


@pytest.mark.parametrize(
    ("kind", "name", "body", "fault"),
    [
        ("queue", "sales", {"members": [{"login": "nobody"}]}, "no person 'nobody'"),
        ("queue", "sales", {"overflow": {"kind": "queue", "target": "none"}}, "no queue 'none'"),
        ("person", "luis", {"name": "Luis", "extension": "101"}, "extension '101' is defined twice"),
        ("person", "luis", {"name": "Luis", "extension": "1"}, "extension"),
        ("person", "luis", {"login": "other", "name": "Luis", "extension": "102"}, "a part keeps its name"),
        ("queue", "sales", {"nonsense": 1}, "nonsense"),
    ],
)
async def test_a_change_that_does_not_fit_is_refused_with_its_faults(
    database: Database, company: Company, kind: str, name: str, body: dict[str, object], fault: str
) -> None:
    await load(database, company)
    base = company.queues[0].model_dump(mode="json") if kind == "queue" else {}
    async with database.transaction() as session:
        with pytest.raises(PartRefusedError) as raised:
            await save_part(session, kind, name, base | body, by="admin", now=2.0)
    assert any(fault in line for line in raised.value.faults)
    async with database.session() as session:
        assert (await load_company(session))[0] == company.model_copy(update={"contacts": ()})


async def test_what_others_lead_to_cannot_be_deleted(database: Database, company: Company) -> None:
    await load(database, company)
    async with database.transaction() as session:
        with pytest.raises(PartRefusedError, match="no menu 'main'"):
            await delete_part(session, "menu", "main", by="admin", now=2.0)
        await delete_part(session, "number", "+34910000001", by="admin", now=2.0)
        await delete_part(session, "menu", "main", by="admin", now=2.0)
        with pytest.raises(UnknownPartError):
            await delete_part(session, "menu", "main", by="admin", now=2.0)
        with pytest.raises(UnknownPartError, match="allowed: company, recordings, person"):
            await delete_part(session, "sandwich", "main", by="admin", now=2.0)
    async with database.session() as session:
        loaded, _ = await load_company(session)
        assert [row.is_deleted for row in await part_versions(session, "menu", "main")] == [True, False]
    assert (loaded.menus, loaded.numbers) == ((), ())


async def test_the_companys_own_fields_are_a_part_too(database: Database, company: Company) -> None:
    await load(database, company)
    async with database.transaction() as session:
        (current,) = await part_versions(session, "company", "company")
        await save_part(session, "company", "company", current.body | {"time_zone": "UTC"}, by="admin", now=2.0)
    async with database.session() as session:
        loaded, _ = await load_company(session)
    assert (loaded.time_zone, loaded.people) == ("UTC", company.people)


async def test_a_persons_role_is_the_accounts_role(database: Database, company: Company) -> None:
    await load(database, company)
    async with database.transaction() as session:
        body = {"name": "Ana", "extension": "101", "role": "supervisor"}
        await save_part(session, "person", "ana", body, by="admin", now=2.0)
    async with database.session() as session:
        found = await account(session, "ana")
    assert found is not None
    assert found.role == "supervisor"


async def test_web_passwords_are_checked_and_leavers_stay_out(database: Database, company: Company) -> None:
    await load(database, company)
    async with database.transaction() as session:
        await set_web_password(session, "ana", "a better one", "agent", 2.0)
        found = await account(session, "ana")
        assert found is not None
        assert verify_password(found.password_hash, "a better one")
        assert not verify_password(found.password_hash, "demo")
        assert not verify_password(found.password_hash, "x" * 5000)
        assert not verify_password("not a hash", "demo")
        queue = company.queues[0].model_dump(mode="json") | {"members": []}
        await save_part(session, "queue", "sales", queue, by="admin", now=3.0)
        await delete_part(session, "person", "ana", by="admin", now=3.0)
    async with database.session() as session:
        assert await account(session, "ana") is None
        assert await account(session, "nobody") is None


async def test_secrets_of_another_realm_are_left_out_and_named(database: Database, company: Company) -> None:
    await load(database, company)
    settings = Settings(sip_domain="pbx.example.com")
    async with database.transaction() as session:
        await set_sip_password(session, "101", settings.domain, "new", 2.0)
    async with database.session() as session:
        _, credentials = await load_company(session, settings, KEY)
        assert await usernames_of_other_realms(session, settings.domain) == ["100"]
    assert dict(credentials.sip) == {"101": ha1("101", "pbx.example.com", "new")}
    assert "new" not in repr(credentials)
    assert "demo-carrier" not in repr(credentials)


async def test_what_is_recorded_has_a_history_of_its_own(database: Database, company: Company) -> None:
    await load(database, company)
    rule = {"title": "Ventas", "queues": ["sales"], "record": False}
    async with database.transaction() as session:
        with pytest.raises(PartRefusedError) as raised:
            body = {"rules": [rule, {"title": "Nadie", "people": ["nobody"]}]}
            await save_part(session, "recordings", "recordings", body, by="admin", now=2.0)
        assert [fault.field for fault in raised.value.fields] == ["rules.1.people"]
        with pytest.raises(PartRefusedError) as raised:
            await save_part(session, "recordings", "recordings", {"rules": [rule, rule]}, by="admin", now=2.0)
        assert "two rules are called 'Ventas'" in str(raised.value)
        assert await save_part(session, "recordings", "recordings", {"rules": [rule]}, by="admin", now=2.0) == 2
        with pytest.raises(UnknownPartError):
            await delete_part(session, "recordings", "recordings", by="admin", now=2.0)
    async with database.session() as session:
        loaded, _ = await load_company(session)
    assert [one.title for one in loaded.recordings.rules] == ["Ventas"]


async def test_a_part_that_an_earlier_version_knew_nothing_of_begins_as_in_every_company(
    database: Database, company: Company
) -> None:
    await load(database, company)
    async with database.transaction() as session:
        await session.execute(delete(CompanyPart).where(CompanyPart.kind == "recordings"))
    async with database.transaction() as session:
        await save_missing(session, now=2.0)
        await save_missing(session, now=3.0)
        (version,) = await part_versions(session, "recordings", "recordings")
    assert version.body["by_default"] is True
