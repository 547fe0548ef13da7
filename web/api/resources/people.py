"""People: with them come an account for the page and a password for their telephones."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, create_model
from sqlalchemy.ext.asyncio import AsyncSession

from config.devices import DeskPhone, Vendor
from config.secrets import random_password
from store.audit import Action, note
from store.configuration import delete_part, save_part, save_parts
from store.credentials import forget_sip_password, hash_password, set_sip_password, set_web_hash
from store.part_uses import with_extension, without_person
from web.api.desk_phones import address_of
from web.api.errors import InvalidError, MissingError
from web.api.model import NO_NUL, Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.passwords import weakness
from web.api.resources.part_changes import allowed, changed, editing
from web.api.resources.settings import PEOPLE, Parts, VersionAsked, kind_of
from web.api.sip_account import SipAccount

KIND = kind_of("person")
PARTS = Parts(KIND)
_TOLD = ("username", "password", "domain", "server", "port", "transport")
GivenPassword = Annotated[str, Field(min_length=1, max_length=1024, pattern=NO_NUL)]

NewPerson = create_model(
    "NewPersonSettings",
    __base__=KIND.given,
    __doc__="A person, and the first password for the page; one is made when it is left out.",
    password=(GivenPassword | None, None),
)


class DeviceAddress(Shown):
    """What is entered in a desk telephone so that it fetches its account, once, until ``expires_at``.

    ``address`` is none where the page has no HTTPS address: an account never goes over an open line.
    """

    mac: str
    vendor: Vendor
    address: str | None
    expires_at: ShownTime | None


class Telephone(Shown):
    """What a telephone needs to register; the password is told this once. ``provisioning_url``: a softphone fetches its
    account there once, until ``expires_at``; ``devices``: the same for each desk telephone of the person."""

    username: str
    password: str
    domain: str
    server: str
    port: int
    transport: str
    provisioning_url: str
    expires_at: ShownTime
    devices: list[DeviceAddress]


class Passwords(Shown):
    """Told this once: nobody can read them again."""

    page: str | None = None
    telephone: Telephone | None = None


class SetPassword(Given):
    """One is made when it is left out."""

    password: GivenPassword | None = None


class DeleteAsked(VersionAsked):
    """``detach``: also take the person out of queues and ring groups."""

    detach: bool = False


PersonWritten = create_model(
    "PersonWritten",
    __base__=KIND.shown,
    __doc__="The person as it is now, and the passwords that were made.",
    passwords=(Passwords, ...),
)


async def create(ask: Ask) -> BaseModel:
    value = ask.body.model_dump(mode="json", exclude={"password"})
    login, now = value["login"], ask.office.now()
    await allowed(ask, "person", login, value)
    page = _checked(ask, ask.body.password, login, value["name"]) or random_password()
    hashed = await asyncio.to_thread(hash_password, page)
    telephone = random_password()
    async with editing(ask) as session:
        await save_part(session, "person", login, value, by=ask.viewer.login, now=now, expected=0)
        await set_web_hash(session, login, hashed, value["role"], now)
        await set_sip_password(session, value["extension"], ask.office.settings.domain, telephone, now)
    await changed(ask, "person", login)
    shown = None if ask.body.password else page
    return await _written(ask, login, Passwords(page=shown, telephone=_telephone(ask, value, telephone)))


async def change(ask: Ask) -> BaseModel:
    """A new extension goes into the ring groups too, and comes with a new password for its telephones."""
    login, value, now = ask.path("name"), ask.body.model_dump(mode="json"), ask.office.now()
    await PARTS.shown(ask, login)
    before = ask.office.company.person(login)
    await allowed(ask, "person", login, value)
    parts, telephone = [("person", login, value)], None
    async with editing(ask) as session:
        if before is not None and before.extension != value["extension"]:
            parts += with_extension(ask.office.company, before, value["extension"])
        await save_parts(session, parts, by=ask.viewer.login, now=now, expected=ask.query.version)
        if before is not None and before.extension != value["extension"]:
            telephone = random_password()
            await forget_sip_password(session, before.extension)
            await set_sip_password(session, value["extension"], ask.office.settings.domain, telephone, now)
    await changed(ask, "person", login)
    shown = _telephone(ask, value, telephone) if telephone else None
    return await _written(ask, login, Passwords(telephone=shown))


async def delete(ask: Ask) -> None:
    login = ask.path("name")
    await PARTS.shown(ask, login)
    await allowed(ask, "person", login, None)
    person = ask.office.company.person(login)
    by, now = ask.viewer.login, ask.office.now()
    async with editing(ask) as session:
        if ask.query.detach and person is not None:
            freed = without_person(ask.office.company, person)
            if freed:
                await save_parts(session, freed, by=by, now=now)
        await delete_part(session, "person", login, by=by, now=now, expected=ask.query.version)
        if person is not None:
            await forget_sip_password(session, person.extension)
    await changed(ask, "person", login)


async def set_password(ask: Ask) -> Passwords:
    """Everything that is signed in with the old one is signed out."""
    person = await _person(ask)
    fresh = _checked(ask, ask.body.password, person["login"], person["name"]) or random_password()
    hashed = await asyncio.to_thread(hash_password, fresh)
    async with editing(ask) as session:
        await set_web_hash(session, person["login"], hashed, person["role"], ask.office.now())
        _noted(ask, session, "password_set", person["login"])
    await ask.office.end_sessions(person["login"])
    return Passwords(page=None if ask.body.password else fresh)


async def set_telephone(ask: Ask) -> Telephone:
    """A new password for the telephones of this person; those that have the old one are out with their next request."""
    person = await _person(ask)
    fresh = random_password()
    async with editing(ask) as session:
        await set_sip_password(session, person["extension"], ask.office.settings.domain, fresh, ask.office.now())
        _noted(ask, session, "telephone_password_set", person["login"])
    await ask.office.company_changed()
    return _telephone(ask, person, fresh)


async def sign_out(ask: Ask) -> None:
    """Sign the person out everywhere."""
    person = await _person(ask)
    async with editing(ask) as session:
        _noted(ask, session, "signed_out", person["login"])
    await ask.office.end_sessions(person["login"])


async def drop_second_factor(ask: Ask) -> None:
    """For somebody who has lost the telephone and the recovery codes."""
    person = await _person(ask)
    await ask.office.second_factors.drop(person["login"])
    async with editing(ask) as session:
        _noted(ask, session, "second_factor_dropped", person["login"])


def _noted(ask: Ask, session: AsyncSession, action: Action, login: str) -> None:
    note(session, action, "person", login, by=ask.viewer.login, now=ask.office.now())


async def _person(ask: Ask) -> dict[str, Any]:
    """The person of the path, whom this one may change. Raises MissingError, ForbiddenError."""
    shown: Any = await PARTS.shown(ask, ask.path("name"))
    value: dict[str, Any] = shown.value.model_dump(mode="json")
    if value["login"] != ask.viewer.login:
        await allowed(ask, "person", value["login"], value)
    if not value["is_active"]:
        raise MissingError("this person is deactivated")
    return value


def _checked(ask: Ask, password: str | None, login: str, name: str) -> str | None:
    fault = weakness(password, (login, name, ask.office.company.name)) if password else None
    if fault is not None:
        raise InvalidError("the password is not taken", faults=[{"field": "password", "message": fault}])
    return password


async def _written(ask: Ask, login: str, passwords: Passwords) -> BaseModel:
    shown: Any = await PARTS.shown(ask, login)
    return PersonWritten.model_validate({**shown.model_dump(), "passwords": passwords.model_dump()})


def _telephone(ask: Ask, person: dict[str, Any], password: str) -> Telephone:
    settings = ask.office.settings
    public = settings.public_url or str(ask.request.url.origin())
    host = settings.public_address or urlsplit(public).hostname or settings.bind
    is_secure = settings.tls_cert is not None
    account = SipAccount(
        username=person["extension"],
        password=password,
        domain=settings.domain,
        server=host,
        port=settings.sip_port + 1 if is_secure else settings.sip_port,
        transport="tls" if is_secure else "udp",
        name=person["name"],
        srtp_only=ask.office.company.security.srtp_only,
    )
    token, until = ask.office.provisioning.offer(account)
    return Telephone.model_validate(
        {
            **{name: getattr(account, name) for name in _TOLD},
            "provisioning_url": f"{public.rstrip('/')}/provision/{token}",
            "expires_at": until,
            "devices": [
                _device_address(ask, DeskPhone.model_validate(device), account, public) for device in person["devices"]
            ],
        }
    )


def _device_address(ask: Ask, device: DeskPhone, account: SipAccount, public: str) -> dict[str, Any]:
    shown = {**device.model_dump(), "address": None, "expires_at": None}
    if public.startswith("https:"):
        token, until = ask.office.provisioning.offer_device(device, account)
        base = f"{public.rstrip('/')}/provision/{token}/"
        shown |= {"address": address_of(device, base), "expires_at": until}
    return shown


_ONE = "/settings/people/{name}"
OPERATIONS = (
    *(PEOPLE[f"settings.people.{action}"] for action in ("list", "read", "versions", "restore")),
    replace(PEOPLE["settings.people.create"], handle=create, body=NewPerson, answer=PersonWritten),
    replace(PEOPLE["settings.people.change"], handle=change, answer=PersonWritten),
    replace(PEOPLE["settings.people.delete"], handle=delete, query=DeleteAsked),
    Operation(
        "settings.people.password",
        "POST",
        f"{_ONE}/password",
        "Settings: a new password for the page; signs out everywhere",
        set_password,
        Passwords,
        body=SetPassword,
        is_body_optional=True,
    ),
    Operation(
        "settings.people.telephone",
        "POST",
        f"{_ONE}/telephone",
        "Settings: a new password for the telephones, told once, also as an address for a QR code",
        set_telephone,
        Telephone,
    ),
    Operation(
        "settings.people.sign_out", "DELETE", f"{_ONE}/sessions", "Settings: sign a person out everywhere", sign_out
    ),
    Operation(
        "settings.people.second_factor",
        "DELETE",
        f"{_ONE}/second-factor",
        "Settings: sign-in without the second factor again",
        drop_second_factor,
    ),
)
