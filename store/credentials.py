"""Passwords as they are kept: argon2id for the web, HA1 for phones, encrypted where a carrier asks for it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.errors import UnreadableSecretError
from store.secret_key import SecretKey
from store.tables import Account, SipCredential, TrunkCredential

log = structlog.get_logger()
MAX_PASSWORD = 1024
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's second choice for argon2id


@dataclass(frozen=True, slots=True)
class Ha1:
    """H(username:realm:password), RFC 7616 §3.4.2, in hexadecimal."""

    md5: str = field(repr=False)
    sha256: str = field(repr=False)
    sha512_256: str = field(repr=False, default="")

    def of(self, algorithm: str) -> str:
        """The one for a digest ``algorithm``: MD5, SHA-256 or SHA-512-256."""
        return {"MD5": self.md5, "SHA-256": self.sha256, "SHA-512-256": self.sha512_256}[algorithm]


@dataclass(frozen=True, slots=True)
class TrunkSecret:
    """How a trunk proves itself to us (``ha1`` in our realm) and we to it (``password``)."""

    username: str
    password: str = field(repr=False)
    ha1: Ha1


@dataclass(frozen=True, slots=True)
class Credentials:
    """Secrets of one snapshot: by SIP user name (a person's extension), and by trunk name."""

    realm: str
    sip: Mapping[str, Ha1]
    trunks: Mapping[str, TrunkSecret]


def ha1(username: str, realm: str, password: str) -> Ha1:
    """The digest secret of ``username`` in ``realm``, with MD5 (RFC 2617), SHA-256 and SHA-512-256 (RFC 7616)."""
    secret = f"{username}:{realm}:{password}".encode()
    return Ha1(
        hashlib.md5(secret, usedforsecurity=False).hexdigest(),
        hashlib.sha256(secret).hexdigest(),
        hashlib.new("sha512_256", secret).hexdigest(),
    )


def hash_password(password: str) -> str:
    """An argon2id hash. Takes about 20 ms: not for an event loop (see ``set_web_password``)."""
    return _HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one; as slow for a broken hash as for a wrong password. Not for an event loop."""
    if len(password) > MAX_PASSWORD:
        return False
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


async def set_web_password(session: AsyncSession, login: str, password: str, role: str, now: float) -> None:
    """Set or replace the web password of ``login``, hashed in a thread."""
    hashed = await asyncio.to_thread(hash_password, password)
    await session.merge(Account(login=login, password_hash=hashed, role=role, is_disabled=False, changed_at=now))


async def set_web_hash(session: AsyncSession, login: str, password_hash: str, role: str, now: float) -> None:
    """Set or replace the web password of ``login`` by its hash (``hash_password``), made before the transaction."""
    await session.merge(Account(login=login, password_hash=password_hash, role=role, is_disabled=False, changed_at=now))


async def forget_sip_password(session: AsyncSession, username: str) -> None:
    """No phone proves to be ``username`` any more, until there is a new password."""
    await session.execute(delete(SipCredential).where(SipCredential.username == username))


async def account(session: AsyncSession, login: str) -> Account | None:
    """The account of ``login``, if it may sign in."""
    found = await session.get(Account, login)
    return None if found is None or found.is_disabled else found


async def set_sip_password(session: AsyncSession, username: str, realm: str, password: str, now: float) -> None:
    """Set or replace what a phone with ``username`` must prove to know."""
    secret = ha1(username, realm, password)
    await session.merge(
        SipCredential(
            username=username,
            realm=realm,
            ha1_md5=secret.md5,
            ha1_sha256=secret.sha256,
            ha1_sha512_256=secret.sha512_256,
            changed_at=now,
        )
    )


async def set_trunk_password(
    session: AsyncSession, key: SecretKey, trunk: str, username: str, password: str, now: float
) -> None:
    """Set or replace a trunk's user name and password, encrypted with the ``key`` of the installation."""
    kept = key.encrypt(password)
    await session.merge(TrunkCredential(trunk=trunk, username=username, password=kept, changed_at=now))


async def load_credentials(session: AsyncSession, realm: str, key: SecretKey | None = None) -> Credentials:
    """Every SIP secret and, with the ``key`` of the installation, every trunk's.

    HA1 kept for another realm are left out, since no phone can match them; so is a trunk's password that was encrypted
    with another key, which the log says.
    """
    sip = await session.scalars(select(SipCredential).where(SipCredential.realm == realm))
    trunks = await session.scalars(select(TrunkCredential)) if key is not None else ()
    return Credentials(
        realm=realm,
        sip={row.username: Ha1(row.ha1_md5, row.ha1_sha256, row.ha1_sha512_256) for row in sip},
        trunks={row.trunk: secret for row in trunks if key and (secret := _trunk_secret(row, realm, key)) is not None},
    )


def _trunk_secret(row: TrunkCredential, realm: str, key: SecretKey) -> TrunkSecret | None:
    try:
        password = key.decrypt(row.password)
    except UnreadableSecretError:
        log.error(
            "trunk_password_unreadable",
            trunk=row.trunk,
            meaning="the key of this installation is another one: put secret.key back from a backup and restart, or "
            "set the trunk's password again",
        )
        return None
    return TrunkSecret(row.username, password, ha1(row.username, realm, password))


async def usernames_of_other_realms(session: AsyncSession, realm: str) -> list[str]:
    """SIP user names whose secret was made for another realm (the SIP domain has changed): they need new passwords."""
    found = await session.scalars(
        select(SipCredential.username).where(SipCredential.realm != realm).order_by(SipCredential.username)
    )
    return list(found)
