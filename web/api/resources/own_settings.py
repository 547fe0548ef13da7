"""What a person's telephone sets by codes, at the page: forwards, do not disturb, call waiting; and night switches."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from web.api.errors import MissingError
from web.api.model import Given, Shown
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of

Target = Annotated[str, Field(pattern=r"^\+?[0-9]{2,20}$")]


class OwnSettings(Shown):
    """Targets as they would be dialled; null: none. ``follow_me`` rings beside one's telephones, confirmed by key."""

    always: str | None
    busy: str | None
    no_answer: str | None
    unreachable: str | None
    follow_me: str | None
    do_not_disturb: bool
    no_call_waiting: bool


class ChangeOwnSettings(Given):
    """What is left out stays as it is; a target of null takes the forward away."""

    always: Target | None = None
    busy: Target | None = None
    no_answer: Target | None = None
    unreachable: Target | None = None
    follow_me: Target | None = None
    do_not_disturb: bool = False
    no_call_waiting: bool = False


class NightSwitch(Shown):
    """``number``: ``*28NUMBER`` turns it by telephone."""

    name: str
    number: int
    title: str
    on: bool


class NightSwitches(Shown):
    items: list[NightSwitch]
    next_cursor: str | None


class Turn(Given):
    on: bool


async def read(ask: Ask) -> OwnSettings:
    return OwnSettings.model_validate(await ask.office.exchange.own_settings(ask.viewer.login))


async def change(ask: Ask) -> OwnSettings:
    wanted: dict[str, Any] = {name: getattr(ask.body, name) for name in ask.body.model_fields_set}
    return OwnSettings.model_validate(await ask.office.exchange.set_own(ask.viewer.login, wanted))


async def switches(ask: Ask) -> NightSwitches:
    on = set(await ask.office.exchange.switches_on())
    items = [
        {"name": one.name, "number": one.number, "title": one.title, "on": one.name in on}
        for one in ask.office.company.switches
    ]
    shown, following = page_of(items, lambda one: str(one["name"]), ask.query)
    return NightSwitches.model_validate({"items": shown, "next_cursor": following})


async def turn(ask: Ask) -> NightSwitch:
    name = ask.path("name")
    known = next((one for one in ask.office.company.switches if one.name == name), None)
    if known is None:
        raise MissingError("there is no such night switch")
    await ask.office.exchange.turn_switch(name, ask.body.on, ask.viewer.login)
    return NightSwitch(name=known.name, number=known.number, title=known.title, on=ask.body.on)


OPERATIONS = (
    Operation("own_settings.read", "GET", "/forwards/me", "My forwards", read, OwnSettings),
    Operation(
        "own_settings.change",
        "PATCH",
        "/forwards/me",
        "Change my forwards",
        change,
        OwnSettings,
        body=ChangeOwnSettings,
        errors=(400,),
    ),
    Operation("switches.list", "GET", "/switches", "Night switches", switches, NightSwitches, query=PagedWhole),
    Operation("switches.turn", "PUT", "/switches/{name}", "Turn a night switch", turn, NightSwitch, body=Turn),
)
