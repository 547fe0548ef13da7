"""Role × operation, as the table says, through the running application."""

from __future__ import annotations

import re

import pytest

from config.roles import RoleRights
from tests.unit.web.conftest import House
from web.api.permissions import PERMISSIONS, ROLES, Scope, scope_of
from web.api.resources import OPERATIONS

LOGINS = {"agent": "ana", "supervisor": "sofia", "administrator": "admin"}


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert {operation.name for operation in OPERATIONS if not operation.is_public} | {"events"} == set(PERMISSIONS)


def test_an_unknown_role_may_do_nothing() -> None:
    assert scope_of("calls.list", "guest") is Scope.NONE
    assert scope_of("no.such.operation", "administrator") is Scope.NONE


@pytest.mark.parametrize("role", ROLES)
async def test_the_application_holds_to_the_table(house: House, role: str) -> None:
    for operation in OPERATIONS:
        if operation.is_public:
            continue
        path = re.sub(r"{\w+}", "nothing", operation.path)
        response = await house.ask(LOGINS[role], operation.method, path)
        is_refused = response.status == 403 and "does not permit" in await response.text()
        assert is_refused == (scope_of(operation.name, role) is Scope.NONE), operation.name
        if operation.name in ("session.delete", "session.end"):
            house.tokens.clear()


async def test_nothing_answers_without_a_token(house: House) -> None:
    for operation in OPERATIONS:
        if not operation.is_public:
            response = await house.ask(None, operation.method, re.sub(r"{\w+}", "nothing", operation.path))
            assert response.status == 401, operation.name


def test_who_may_read_one_part_of_the_company_gets_the_forms_that_explain_it() -> None:
    reader = RoleRights(name="reader", permissions={"settings.queues.read": "all"})
    nobody = RoleRights(name="nobody", permissions={"settings.queues.list": "all"})
    assert scope_of("settings.forms", "reader", [reader]) is Scope.ALL
    assert scope_of("settings.permissions", "reader", [reader]) is Scope.NONE
    assert scope_of("settings.forms", "nobody", [nobody]) is Scope.NONE
