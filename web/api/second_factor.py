"""One-time passwords (RFC 6238) beside the password, and recovery codes for the day when the telephone is gone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from store.engine import Database
from web.api.errors import ConflictError
from web.api.tables import SecondFactor

ISSUER = "Centralita"
STEP_S = 30
DRIFT_STEPS = 1  # RFC 6238 §5.2: a clock may be one step off
RECOVERY_CODES = 10
MAX_CODE = 20
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody's sign-in asks for a second factor, and how many recovery codes are left."""

    is_on: bool
    recovery_left: int


class SecondFactors:
    """Everybody's second factor. ``now``: seconds since the epoch."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    async def standing(self, login: str) -> Standing:
        async with self._database.session() as session:
            row = await session.get(SecondFactor, login)
        is_on = row is not None and row.is_confirmed
        return Standing(is_on, len(row.recovery) if row is not None and is_on else 0)

    async def begin(self, login: str) -> tuple[str, str]:
        """A new secret, and its address for an authenticator; it counts once it is confirmed. Raises ConflictError."""
        secret = pyotp.random_base32()
        async with self._database.transaction() as session:
            row = await session.get(SecondFactor, login)
            if row is not None and row.is_confirmed:
                raise ConflictError("the second factor is on already; turn it off first")
            fresh = SecondFactor(
                login=login, secret=secret, is_confirmed=False, last_step=0, recovery=[], created_at=self._now()
            )
            await session.merge(fresh)
        return secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)

    async def confirm(self, login: str, code: str) -> list[str] | None:
        """Turn it on; the recovery codes, told this once. None: the code is wrong. Raises ConflictError."""
        async with self._database.transaction() as session:
            row = await session.get(SecondFactor, login)
            if row is None or row.is_confirmed:
                raise ConflictError("nothing waits to be confirmed")
            step = _step(row, code, self._now())
            if step is None:
                return None
            codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
            row.is_confirmed, row.last_step, row.recovery = True, step, [_digest(one) for one in codes]
        return codes

    async def drop(self, login: str) -> None:
        """The password alone is enough from now on."""
        async with self._database.transaction() as session:
            await session.execute(delete(SecondFactor).where(SecondFactor.login == login))

    async def take(self, login: str, code: str) -> bool:
        """Whether ``code`` is right; it works this once."""
        async with self._database.transaction() as session:
            row = await session.get(SecondFactor, login)
            return row is None or not row.is_confirmed or await _taken(session, row, code, self._now())


async def _taken(session: AsyncSession, row: SecondFactor, code: str, now: float) -> bool:
    step = _step(row, code, now)
    if step is not None:
        row.last_step = step
        return True
    digest = _digest(code)
    if digest not in row.recovery:
        return False
    row.recovery = [one for one in row.recovery if one != digest]
    return True


def _step(row: SecondFactor, code: str, now: float) -> int | None:
    """The time step whose password ``code`` is, if none of it or later has been taken before."""
    given = code.replace(" ", "")
    if len(given) != 6 or not (given.isascii() and given.isdigit()):
        return None
    totp, present = pyotp.TOTP(row.secret), int(now // STEP_S)
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step), given):
            return step if step > row.last_step else None
    return None


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _digest(code: str) -> str:
    """59 random bits behind a rate limit need no slow hash."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()
