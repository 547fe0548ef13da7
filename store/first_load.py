"""The first start: the company's files into an empty database, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company
from config.secrets import InitialSecrets
from store.configuration import has_company, save_company
from store.credentials import hash_password, set_sip_password, set_trunk_password
from store.engine import Database
from store.secret_key import SecretKey
from store.tables import Account, Installation

Also = Callable[[AsyncSession, Company], Awaitable[None]]


async def first_load(
    database: Database,
    company: Company,
    secrets: InitialSecrets,
    *,
    key: SecretKey,
    realm: str,
    now: float,
    is_demo: bool = False,
    also: Sequence[Also] = (),
) -> bool:
    """Load ``company`` if the database holds none; returns whether it did.

    ``also`` are run in the same transaction: what other packages take from the company (the CRM its contacts).
    Trunk passwords are encrypted with ``key``.
    People without a secret get no account or SIP access until they are given one.
    """
    async with database.session() as session:
        if await has_company(session):
            return False
    hashes = await asyncio.to_thread(_hashes, secrets)
    async with database.transaction() as session:
        if await has_company(session):
            return False
        await save_company(session, company, by=None, now=now)
        for person in company.people:
            if person.login in hashes:
                session.add(
                    Account(
                        login=person.login,
                        password_hash=hashes[person.login],
                        role=person.role,
                        is_disabled=False,
                        changed_at=now,
                    )
                )
            if person.extension in secrets.sip:
                await set_sip_password(session, person.extension, realm, secrets.sip[person.extension], now)
        for trunk in company.trunks:
            if trunk.name in secrets.trunks:
                await set_trunk_password(session, key, trunk.name, trunk.username, secrets.trunks[trunk.name], now)
        session.add(Installation(name="demo", value="yes" if is_demo else "no"))
        session.add(Installation(name="loaded_at", value=repr(now)))
        for load in also:
            await load(session, company)
    return True


def _hashes(secrets: InitialSecrets) -> dict[str, str]:
    return {login: hash_password(password) for login, password in secrets.web.items()}
