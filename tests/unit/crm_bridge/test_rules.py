"""Rules: on an event, under conditions, something is done, once."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from config.automation import Action, Condition, CrmRule
from config.company import Company
from config.loading import load_company_file
from crm_bridge.rule_facts import Facts, filled, holds
from crm_bridge.rule_mail import RuleMails
from crm_bridge.rules import Rules
from crm_bridge.tables import Lead, Task
from store.engine import Database
from tests.unit.crm_bridge.conftest import CARMEN, NOW, STRANGER, Happen, answered, ended, started

Told = list[tuple[str, dict[str, Any]]]


class Desk:
    """A company whose rules a test writes, and what they have told webhooks."""

    def __init__(self, database: Database) -> None:
        self.company: Company = load_company_file()
        self.told: Told = []
        self.rules = Rules(database, lambda: self.company, self._tell, lambda: NOW)

    async def _tell(self, _: Any, webhook: str, document: dict[str, Any]) -> None:
        self.told.append((webhook, document))

    async def follow(self, *rules: CrmRule) -> None:
        """These rules count for what happens from now on."""
        self.company = self.company.model_copy(update={"crm_rules": rules})
        await self.rules.step()

    async def settle(self) -> None:
        while await self.rules.step():
            pass


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def rule(on: str, *actions: Action, when: tuple[Condition, ...] = ()) -> CrmRule:
    return CrmRule.model_validate({"name": "r", "on": on, "actions": actions, "conditions": when})


async def tasks(database: Database) -> list[Task]:
    async with database.session() as session:
        return list(await session.scalars(select(Task).order_by(Task.id)))


async def test_a_missed_call_of_a_customer_is_a_task_for_who_looks_after_them(
    database: Database, happen: Happen, desk: Desk
) -> None:
    call_back = Action(kind="task", to="responsible", title="Llamar a {name}", text="{number} → {dialled}", due_min=30)
    await desk.follow(rule("call.missed", call_back, when=(Condition(field="known", value="yes"),)))
    await happen("c1", started(CARMEN), ended(CARMEN, "missed"))
    await happen("c2", started(STRANGER), ended(STRANGER, "missed"))
    await happen("c3", started(CARMEN), answered("ana"), ended(CARMEN, login="ana"))
    await desk.settle()
    await desk.settle()
    (task,) = await tasks(database)
    assert (task.title, task.text) == ("Llamar a Carmen Ruiz", f"{CARMEN} → +34910000001")
    assert (task.responsible, task.due_at, task.call_id) == ("ana", NOW + 1800, "c1")
    assert task.contact_id is not None


async def test_a_rating_below_three_tells_somebody_and_a_webhook(
    database: Database, happen: Happen, desk: Desk, emitted: list[dict[str, Any]]
) -> None:
    bad = (Condition(field="rating", test="below", value="3"),)
    tell = Action(kind="notify", to="sofia", title="{agent}: {rating}")
    await desk.follow(rule("call.ended", tell, Action(kind="webhook", webhook="crm"), when=bad))
    for call, rating in (("c1", 3), ("c2", 2), ("c3", None)):
        await happen(call, started(CARMEN), answered("ana"), ended(CARMEN, login="ana", rating=rating))
    await desk.settle()
    (told,) = [one for one in emitted if one["type"] == "crm.notified"]
    assert (told["login"], told["title"], told["call_id"], told["number"]) == ("sofia", "ana: 2", "c2", CARMEN)
    ((webhook, document),) = desk.told
    assert (webhook, document["call_id"], document["facts"]["rating"]) == ("crm", "c2", 2)


async def test_a_new_lead_is_given_to_somebody(database: Database, happen: Happen, desk: Desk) -> None:
    await desk.follow(rule("lead.created", Action(kind="assign", to="sofia")))
    await happen("c1", started(STRANGER), ended(STRANGER, "abandoned"))
    await desk.settle()
    async with database.session() as session:
        assert await session.scalar(select(Lead.responsible)) == "sofia"


async def test_what_happened_before_there_was_a_rule_is_left_alone(
    database: Database, happen: Happen, desk: Desk
) -> None:
    await happen("c1", started(CARMEN), ended(CARMEN, "missed"))
    await desk.follow(rule("call.missed", Action(kind="task", title="x")))
    await desk.settle()
    assert await tasks(database) == []


class Post:
    """A mail server that can be away."""

    sender = "centralita@example.com"

    def __init__(self) -> None:
        self.is_away = True
        self.mails: list[EmailMessage] = []

    async def send(self, mail: EmailMessage) -> None:
        if self.is_away:
            raise ConnectionRefusedError
        self.mails.append(mail)


async def test_a_message_waits_for_the_mail_server_and_holds_no_foreign_headers(
    database: Database, happen: Happen, desk: Desk
) -> None:
    mail = Action(kind="message", to="boss@example.com", title="{name}", text="{result}")
    await desk.follow(rule("call.missed", mail))
    first = started("+34655000222")
    named = type(first)(**{name: getattr(first, name) for name in first.__slots__} | {"caller_name": "x\r\nBcc: a@b.c"})
    await happen("c1", named, ended("+34655000222", "missed"))
    await desk.settle()
    post, now = Post(), [NOW]
    mails = RuleMails(database, post, lambda: now[0])
    assert await mails.step() == 0
    post.is_away = False
    assert await mails.step() == 0
    now[0] += 61
    assert await mails.step() == 1
    assert await mails.step() == 0
    (sent,) = post.mails
    assert (sent["To"], sent["Bcc"], sent.get_content()) == ("boss@example.com", None, "missed\n")


@pytest.mark.parametrize(
    ("field", "test", "value", "expected"),
    [
        ("queue", "is", "Sales", True),
        ("queue", "is_not", "sales", False),
        ("rating", "below", "3", True),
        ("rating", "above", "2", False),
        ("source", "below", "3", False),
        ("source", "is_empty", "", True),
        ("number", "begins_with", "+34", True),
        ("number", "contains", "999", False),
        ("vip", "is", "yes", True),
        ("vip", "above", "0", False),
    ],
)
def test_conditions_compare(field: str, test: Any, value: str, expected: bool) -> None:
    facts: Facts = {"queue": "sales", "rating": 2, "number": "+34600111222", "vip": True}
    assert holds(Condition(field=field, test=test, value=value), facts) is expected


def test_texts_are_filled_in_once() -> None:
    assert filled("{name} {number} {other}", {"name": "{number}", "number": None}) == "{number}  {other}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "task"},
        {"kind": "webhook"},
        {"kind": "message", "to": "agent", "title": "x"},
        {"kind": "message", "to": "a@b\r\nBcc: c@d", "title": "x"},
    ],
)
def test_an_action_says_what_it_lacks(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Action.model_validate(wrong)


def test_a_rule_names_people_and_webhooks_that_there_are() -> None:
    company = load_company_file().model_dump()
    for action, fault in (
        ({"kind": "webhook", "webhook": "none"}, "no webhook 'none'"),
        ({"kind": "assign", "to": "nobody"}, "no person 'nobody'"),
    ):
        rules = [{"name": "r", "on": "call.ended", "actions": [action]}]
        with pytest.raises(ValidationError, match=fault):
            Company.model_validate(company | {"crm_rules": rules})
