"""Messages by mail, through a real SMTP server; retention; a box shared by telephone and page."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from config.company import Company
from config.loading import load_company_file
from config.settings import Settings
from recordings import mailbox
from recordings.archive import Archive
from recordings.smtp import MailServer
from recordings.tables import READY, Voicemail
from recordings.voicemail_mail import DAY_S, VoicemailMail
from recordings.waiting import messages_waiting
from store.engine import Database
from tests.kit.ports import free_ports

AT = 1_766_000_000.0


class Postbox:
    """What has come; ``refuses``: the answer to the next mails."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = ""
        self.unknown = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address == self.unknown:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
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


@pytest.fixture
def company() -> Company:
    company = load_company_file()
    boxes = tuple(
        box.model_copy(update={"mail_to": ("ana@aurora.example", "it@aurora.example"), "keep_days": 30})
        for box in company.voicemail_boxes
    )
    return company.model_copy(update={"voicemail_boxes": boxes})


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Settings(data_dir=tmp_path))


async def message(database: Database, archive: Archive, id_: str, box: str = "100", at: float = AT) -> None:
    path = archive.voicemail_dir / box / f"{id_}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    async with database.transaction() as session:
        row = Voicemail(id=id_, box=box, call_id=None, caller_number="+34600111222", spool=f"{id_}.s16", state=READY)
        row.path, row.received_at, row.duration_s, row.size, row.is_read = f"{box}/{id_}.wav", at, 1.0, 16044, False
        session.add(row)


class Office:
    def __init__(
        self,
        database: Database,
        archive: Archive,
        server: MailServer,
        company: Company,
        waits_for_text_s: float = 0.0,
    ) -> None:
        self.now = AT + 10
        self.changed: list[str] = []
        self.mail = VoicemailMail(
            database,
            archive,
            server,
            lambda: company,
            clock=lambda: self.now,
            changed=self._changed,
            waits_for_text_s=waits_for_text_s,
        )

    async def _changed(self, box: str) -> None:
        self.changed.append(box)


async def test_a_message_is_mailed_once_with_its_sound(
    database: Database, archive: Archive, company: Company, postbox: tuple[Postbox, MailServer]
) -> None:
    box, server = postbox
    office = Office(database, archive, server, company)
    await message(database, archive, "m1")
    await message(database, archive, "m2", box="101")
    assert await office.mail.step() == 1
    assert await office.mail.step() == 0
    (mail,) = box.mails
    assert mail["To"] == "ana@aurora.example, it@aurora.example"
    assert "+34600111222" in mail["Subject"]
    (sound,) = mail.iter_attachments()
    assert sound.get_content_type() == "audio/wav"
    assert sound.get_content() == (archive.voicemail_dir / "100" / "m1.wav").read_bytes()


async def test_a_server_that_refuses_is_asked_again_later(
    database: Database, archive: Archive, company: Company, postbox: tuple[Postbox, MailServer]
) -> None:
    box, server = postbox
    office = Office(database, archive, server, company)
    await message(database, archive, "m1")
    box.refuses = "451 try again"
    assert await office.mail.step() == 0
    box.refuses = ""
    assert await office.mail.step() == 0, "not at once"
    office.now += 61
    assert await office.mail.step() == 1
    assert len(box.mails) == 1


async def test_a_message_that_cannot_be_mailed_keeps_no_other_waiting(
    database: Database, archive: Archive, company: Company, postbox: tuple[Postbox, MailServer]
) -> None:
    box, server = postbox
    sales, front = company.voicemail_boxes[0], company.voicemail_boxes[0].model_copy(update={"box": "777"})
    boxes = (front.model_copy(update={"mail_to": ("gone@aurora.example",)}), sales)
    office = Office(database, archive, server, company.model_copy(update={"voicemail_boxes": boxes}))
    box.unknown = "gone@aurora.example"
    await message(database, archive, "m1", box="777")
    await message(database, archive, "m2", box=sales.box, at=AT + 1)
    (archive.voicemail_dir / sales.box / "m2.wav").unlink()
    await message(database, archive, "m3", box=sales.box, at=AT + 2)
    assert await office.mail.step() == 1
    assert await office.mail.step() == 0
    box.unknown = ""
    assert await office.mail.step() == 0, "not at once"
    office.now += 61
    assert await office.mail.step() == 1
    assert [mail["To"] for mail in box.mails] == ["ana@aurora.example, it@aurora.example", "gone@aurora.example"]


async def test_a_server_that_is_away_stops_nothing(database: Database, archive: Archive, company: Company) -> None:
    server = MailServer.of(f"smtp://127.0.0.1:{free_ports(1)}", "")
    assert server is not None
    office = Office(database, archive, server, company)
    await message(database, archive, "m1")
    assert await office.mail.step() == 0
    office.now += 4 * DAY_S
    assert await office.mail.step() == 0
    async with database.session() as session:
        row = await session.get(Voicemail, "m1")
        assert row is not None
        assert row.mailed_at is not None, "given up after three days"


async def test_messages_older_than_the_box_keeps_them_are_deleted(
    database: Database, archive: Archive, company: Company, postbox: tuple[Postbox, MailServer]
) -> None:
    office = Office(database, archive, postbox[1], company)
    await message(database, archive, "old", at=AT - 31 * DAY_S)
    await message(database, archive, "new")
    await office.mail.step()
    async with database.session() as session:
        assert await messages_waiting(session, "100") == (1, 0)
    assert not (archive.voicemail_dir / "100" / "old.wav").exists()
    assert office.changed == ["100"]


async def test_telephone_and_page_share_one_state(database: Database, archive: Archive) -> None:
    await message(database, archive, "m1")
    await message(database, archive, "m2", at=AT + 1)
    async with database.session() as session:
        listed = await mailbox.messages_of(session, archive, "100")
    assert [one["id"] for one in listed] == ["m2", "m1"]
    assert await mailbox.set_read(database, "100", "m2", True, AT)
    assert not await mailbox.set_read(database, "101", "m2", True, AT), "another's box"
    copy = await mailbox.forward(database, archive, "100", "m1", "101", AT)
    async with database.session() as session:
        assert await messages_waiting(session, "100") == (1, 1)
        assert await messages_waiting(session, "101") == (1, 0)
        (forwarded,) = await mailbox.messages_of(session, archive, "101")
    assert forwarded["id"] == copy
    assert Path(forwarded["path"]).read_bytes() == (archive.voicemail_dir / "100" / "m1.wav").read_bytes()


@pytest.mark.parametrize("url", ["http://x", "mail.example", "smtp://"])
def test_a_server_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="allowed"):
        MailServer.of(url, "")


def test_no_server_is_no_server() -> None:
    assert MailServer.of("", "") is None
