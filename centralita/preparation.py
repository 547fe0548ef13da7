"""Before any process starts: the database is brought up to date, and a company loaded if it has none."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company
from config.loading import COMPANY_FILE, SECRETS_FILE, CompanyFileError, load_company_file, load_secrets_file
from config.secrets import InitialSecrets, demo_secrets
from config.settings import Settings
from crm_bridge.first_load import load_contacts
from store.configuration import has_company, is_demo, save_missing
from store.engine import Database
from store.errors import StoreError
from store.first_load import first_load
from store.secret_key import SecretKey


class PreparationError(Exception):
    """The server cannot be started; ``faults`` holds one readable line per fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


async def prepare(settings: Settings) -> bool:
    """Migrate the database and load the company into an empty one; returns whether it is the demo company.

    The company is the one that `centralita init` wrote into the data directory, else the demo company, whose passwords
    are public and which is therefore only served on loopback. Raises PreparationError.
    """
    try:
        key = SecretKey.of(settings.data_dir)
        database = Database(settings.database)
        try:
            await database.upgrade()
            async with database.session() as session:
                is_loaded, demo = await has_company(session), await is_demo(session)
            if is_loaded:
                async with database.transaction() as session:
                    await save_missing(session, now=time.time())
            else:
                demo = await _load_company(database, settings, key)
        finally:
            await database.dispose()
    except CompanyFileError as error:
        raise PreparationError(*error.faults) from None
    except StoreError as error:
        raise PreparationError(str(error)) from None
    if demo and not _is_loopback(settings.bind):
        raise PreparationError(
            f"CENTRALITA_BIND: {settings.bind}: the demo company's passwords are public, so it is served on loopback "
            "only; write a company of your own with: centralita init"
        )
    return demo


async def _load_company(database: Database, settings: Settings, key: SecretKey) -> bool:
    company, secrets, demo = _company(settings)
    await first_load(
        database,
        company,
        secrets,
        key=key,
        realm=settings.domain,
        now=time.time(),
        is_demo=demo,
        also=[_load_contacts],
    )
    return demo


def company_file(settings: Settings) -> Path:
    """Where `centralita init` writes the company, and the first start reads it."""
    return settings.data_dir / COMPANY_FILE


def _company(settings: Settings) -> tuple[Company, InitialSecrets, bool]:
    own = company_file(settings)
    if own.exists():
        secrets = settings.data_dir / SECRETS_FILE
        return load_company_file(own), load_secrets_file(secrets) if secrets.exists() else InitialSecrets(), False
    company = load_company_file()
    return company, demo_secrets(company), True


async def _load_contacts(session: AsyncSession, company: Company) -> None:
    await load_contacts(session, company.contacts, time.time())


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"
