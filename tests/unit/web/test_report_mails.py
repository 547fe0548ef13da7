"""Reports by mail through a real SMTP server: once for each period, tried again while the server is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller

from config.company import Company
from config.loading import load_company_file
from config.report_mails import ReportMail
from recordings.smtp import MailServer
from stats.due_periods import latest_due
from stats.tables import QueueVisit
from store.engine import Database
from tests.kit.ports import free_ports
from web.api.report_delivery import RETRY_S, ReportDelivery

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=MADRID).timestamp()
HOUR_S = 3600.0


class Postbox:
    """What has come; ``refuses``: the answer to the next mails."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = ""
        self.asked = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.asked += 1
        if self.refuses:
            return self.refuses
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, MailServer]]:
    box, port = Postbox(), free_ports(1)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    server = MailServer.of(f"smtp://127.0.0.1:{port}", "pbx@aurora.example")
    assert server is not None
    yield box, server
    controller.stop()


class House:
    """A delivery whose clock and company the test sets."""

    def __init__(self, database: Database, server: MailServer | None) -> None:
        self.now = MONDAY
        self.company: Company = load_company_file()
        self.delivery = ReportDelivery(
            database, server, lambda: self.company, clock=lambda: self.now, page="https://pbx.example/"
        )

    def sends(self, **fields: Any) -> None:
        mail = ReportMail.model_validate({"name": "weekly", "mail_to": ["boss@aurora.example"], **fields})
        self.company = self.company.model_copy(update={"report_mails": (mail,)})


async def visits(database: Database, *waits: tuple[float, str]) -> None:
    """Visits to the queue ``sales`` in the week before MONDAY."""
    async with database.transaction() as session:
        for place, (wait_s, cause) in enumerate(waits):
            joined = MONDAY - 48 * HOUR_S + place
            session.add(
                QueueVisit(
                    id=str(place), call_id=str(place), queue="sales", joined_at=joined, local_hour=2026112107,
                    left_at=joined + wait_s, cause=cause, wait_s=wait_s, login="ana" if cause == "answered" else None,
                )
            )  # fmt: skip


async def test_a_week_is_sent_once_when_it_is_over(database: Database, postbox: tuple[Postbox, MailServer]) -> None:
    box, server = postbox
    house = House(database, server)
    await visits(database, (5, "answered"), (30, "answered"), (12, "abandoned"))
    house.sends()
    assert await house.delivery.step() == 0, "a new one begins with the next week that ends"
    house.now += HOUR_S
    assert await house.delivery.step() == 1
    house.now += HOUR_S
    assert await house.delivery.step() == 0
    (mail,) = box.mails
    assert mail["Subject"] == "Informe de colas: 16.11.2026 – 22.11.2026 · Cafetería Aurora"
    assert mail["To"] == "boss@aurora.example"
    text = mail.get_body(("plain",)).get_content()
    assert [line.split() for line in text.splitlines() if line.startswith("Ventas")] == [
        ["Ventas", "3", "2", "1", "33", "%", "0:18", "–", "–"]
    ]
    assert "https://pbx.example/reports?of=queues&from=2026-11-16&to=2026-11-22" in text
    assert "<td" in mail.get_body(("html",)).get_content()
    (table,) = mail.iter_attachments()
    assert table.get_filename() == "queues-2026-11-16-2026-11-22.csv"
    rows = table.get_content().lstrip("\ufeff").splitlines()
    assert rows[0].startswith("period,queue,offered")
    assert rows[1].startswith(",sales,3,2,1")


async def test_what_cannot_be_sent_is_tried_again_ever_less_often(
    database: Database, postbox: tuple[Postbox, MailServer]
) -> None:
    box, server = postbox
    house = House(database, server)
    house.sends(every="day", language="en", title="Yesterday")
    await house.delivery.step()
    box.refuses = "451 later"
    house.now += HOUR_S
    box.asked = 0
    for _ in range(60):
        assert await house.delivery.step() == 0
        house.now += RETRY_S / 2
    assert box.asked == 5, "after 0, 1, 3, 7 and 15 minutes"
    box.refuses = ""
    house.now += HOUR_S
    assert await house.delivery.step() == 1
    assert box.mails[0]["Subject"].startswith("Yesterday: 22.11.2026")
    assert "nothing to count" in box.mails[0].get_body(("plain",)).get_content()


async def test_one_that_is_not_active_waits_for_its_next_period_and_one_can_be_sent_at_any_time(
    database: Database, postbox: tuple[Postbox, MailServer]
) -> None:
    box, server = postbox
    house = House(database, server)
    house.sends(every="day", is_active=False)
    await house.delivery.step()
    house.now += HOUR_S
    assert await house.delivery.step() == 0
    house.sends(every="day")
    assert await house.delivery.step() == 0, "what was due while it was off is not sent afterwards"
    await house.delivery.send_latest(house.company.report_mails[0])
    assert len(box.mails) == 1
    box.refuses = "550 no"
    with pytest.raises(aiosmtplib.SMTPException):
        await house.delivery.send_latest(house.company.report_mails[0])


@pytest.mark.parametrize("report", ["queues", "agents", "numbers", "menus", "dispositions"])
async def test_every_report_can_be_mailed(database: Database, postbox: tuple[Postbox, MailServer], report: Any) -> None:
    box, server = postbox
    house = House(database, server)
    house.sends(report=report, language="en")
    mail = house.company.report_mails[0]
    await house.delivery.send(mail, latest_due("week", 8, house.now, MADRID))
    assert box.mails[0]["Subject"].startswith(f"Report on {report}")
