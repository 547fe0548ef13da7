"""Trunks beyond their settings: the password, and whether the other side answers."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from pydantic import Field

from config.company import Trunk
from store.audit import note
from store.credentials import set_trunk_password
from store.secret_key import SecretKey
from web.api.errors import ConflictError, MissingError
from web.api.model import NO_NUL, Given, Shown
from web.api.operation import Ask, Operation
from web.api.problems import told


class TrunkPassword(Given):
    """What we prove to the carrier, and the carrier to us. Nobody can read it again."""

    password: Annotated[str, Field(min_length=1, max_length=256, pattern=NO_NUL)]


class TrunkTest(Shown):
    """``status``: of the answer to OPTIONS (RFC 3261 §11). ``fault`` is empty when the trunk can be used.

    ``cause``: of what kind the fault is: no address, nobody there, no answer in time, not now, a wrong password, none
    where one is asked for, or a registration that is refused.
    """

    address: str | None
    status: int | None
    reason: str
    took_ms: float | None
    fault: str
    cause: Literal["", "address", "unreachable", "silent", "busy", "password", "stranger", "registration"] = ""


def _trunk(ask: Ask) -> Trunk:
    """The trunk of the path. Raises MissingError."""
    found = next((trunk for trunk in ask.office.company.trunks if trunk.name == ask.path("name")), None)
    if found is None:
        raise MissingError("there is no such trunk")
    return found


async def set_password(ask: Ask) -> None:
    trunk, now = _trunk(ask), ask.office.now()
    if not trunk.username:
        raise ConflictError("this trunk has no user name; set it first")
    key = await asyncio.to_thread(SecretKey.of, ask.office.settings.data_dir)
    async with ask.office.database.transaction() as session:
        await set_trunk_password(session, key, trunk.name, trunk.username, ask.body.password, now)
        note(session, "password_set", "trunk", trunk.name, by=ask.viewer.login, now=now)
    await ask.office.company_changed()


async def test(ask: Ask) -> TrunkTest:
    said = await ask.office.exchange.test_trunk(_trunk(ask).name)
    return TrunkTest.model_validate({**said, "fault": told(ask.request, said["fault"])})


_ONE = "/settings/trunks/{name}"
OPERATIONS = (
    Operation(
        "settings.trunks.password",
        "PUT",
        f"{_ONE}/password",
        "Settings: the password of a trunk",
        set_password,
        body=TrunkPassword,
        errors=(409,),
    ),
    Operation(
        "settings.trunks.test",
        "POST",
        f"{_ONE}/test",
        "Settings: ask a trunk whether it answers",
        test,
        TrunkTest,
        errors=(503,),
    ),
)
