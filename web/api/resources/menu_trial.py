"""A menu tried while it is drawn: a caller of the draft in virtual time, who presses, speaks or keeps silent."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import Field, model_validator

from config.company import Company
from ivr.check import load_flow
from ivr.errors import FlowError, ScriptError
from ivr.flow import Flow
from ivr.scripted_world import ScriptedWorld
from ivr.testing import PlayedCaller, extensions_of
from web.api.errors import InvalidError
from web.api.model import Given, GivenTime, Id, Seconds, Shown
from web.api.operation import Ask, Operation
from web.api.resources.menu_check import MAX_TEXT

MAX_STEPS = 100


class TrialStep(Given):
    """One thing that the caller does after hearing everything out: exactly one of the fields."""

    presses: Annotated[str, Field(pattern=r"^[0-9*#]{1,32}$")] | None = None
    says: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    waits: Annotated[float, Field(ge=0, le=3600)] | None = None

    @model_validator(mode="after")
    def _one(self) -> TrialStep:
        if sum(value is not None for value in (self.presses, self.says, self.waits)) != 1:
            raise ValueError("allowed: one of presses, says, waits")
        return self


class Trial(Given):
    """``caller``: E.164, or null for a withheld number; ``at``: when the call comes in, for opening hours (null: now).

    ``night``: the night switches that are on; ``answering``: who answers when the flow rings people.
    """

    name: Id
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    caller: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{5,14}$")] | None = "+34600111222"
    language: Annotated[str, Field(pattern="^(es|en)$")] = "es"
    at: GivenTime | None = None
    night: list[Id] = Field(default_factory=list, max_length=20)
    answering: list[Id] = Field(default_factory=list, max_length=50)
    steps: list[TrialStep] = Field(default_factory=list, max_length=MAX_STEPS)


class Said(Shown):
    """``at_s`` into the call, in ``language``; ``text`` as much of it as was heard."""

    at_s: Seconds
    text: str
    language: str


class Way(Shown):
    menu: str
    node: str


class Tried(Shown):
    """What the caller has heard and where the caller is: in ``menu`` at ``node``, or gone to ``arrived``.

    ``been`` lists the nodes passed, in order; ``trouble`` says what could not be done.
    """

    heard: list[Said]
    been: list[Way]
    menu: str
    node: str
    arrived: str | None
    seconds: Seconds
    trouble: str | None


async def try_out(ask: Ask) -> Tried:
    try:
        return await asyncio.to_thread(_played, ask.body, ask.office.company, ask.office.now())
    except FlowError as error:
        faults = [{"field": f"text:{one.line}:{one.column}", "message": one.message} for one in error.faults[:100]]
        raise InvalidError("the menu has faults", faults=faults) from None


def _played(trial: Trial, company: Company, now: float) -> Tried:
    flows = {menu.name: flow for menu in company.menus if (flow := _usable(menu.text, menu.name, company)) is not None}
    flows[trial.name] = load_flow(trial.text, trial.name, company)
    caller = PlayedCaller(
        flows,
        trial.name,
        number=trial.caller,
        language=trial.language,
        extensions=extensions_of(company),
        at=now if trial.at is None else trial.at,
        world=ScriptedWorld(on=frozenset(trial.night), answering=frozenset(trial.answering)),
    )
    trouble = None
    caller.listens()
    try:
        for step in trial.steps:
            _do(caller, step)
            caller.listens()
    except ScriptError as error:
        trouble = str(error).splitlines()[0]
    return _shown(caller, trouble)


def _usable(text: str, name: str, company: Company) -> Flow | None:
    try:
        return load_flow(text, name, company)
    except FlowError:
        return None


def _do(caller: PlayedCaller, step: TrialStep) -> None:
    if step.presses is not None:
        caller.presses(step.presses)
    elif step.says is not None:
        caller.says(step.says)
    elif step.waits is not None:
        caller.waits(step.waits)


def _shown(caller: PlayedCaller, trouble: str | None) -> Tried:
    heard = [(said, said.heard(caller.now)) for said in caller.said]
    menu, node = caller.place
    return Tried(
        heard=[
            Said(at_s=said.starts - caller.began, text=text, language=said.language) for said, text in heard if text
        ],
        been=[Way(menu=menu, node=node) for menu, node in caller.been],
        menu=menu,
        node=node,
        arrived=caller.gone_to,
        seconds=caller.now - caller.began,
        trouble=trouble,
    )


OPERATIONS = (
    Operation(
        "settings.menus.try",
        "POST",
        "/settings/menus/try",
        "Settings: play a caller of a menu that is being written",
        try_out,
        Tried,
        body=Trial,
    ),
)
