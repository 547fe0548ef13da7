"""Messages as text: a command of the company's own reads the file; what it cannot do harms nothing."""

from __future__ import annotations

import asyncio
import shlex
import sys
from pathlib import Path

import pytest

from config.company import Company
from config.settings import Settings
from recordings.archive import Archive, delete_voicemail
from recordings.errors import TranscriptionError
from recordings.smtp import MailServer
from recordings.tables import Voicemail
from recordings.transcription import LONGEST_S, MAX_OUTPUT, Transcriber, Transcription
from store.engine import Database
from tests.unit.recordings.test_voicemail_mail import AT, Office, Postbox, archive, company, message, postbox

__all__ = ["archive", "company", "postbox"]

# A real engine in one line: it opens the sound, and says how long it is, in the language it was asked for.
ENGINE = (
    "import sys, wave; sound = wave.open(sys.argv[1]); "
    "print('hola,\\n', sound.getnframes() / sound.getframerate(), 's', sys.argv[2])"
)


def engine(code: str = ENGINE, longest_s: float = LONGEST_S) -> Transcriber:
    made = Transcriber.of(f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} {{file}} {{language}}")
    assert made is not None
    return Transcriber(made.words, longest_s)


class Texts:
    def __init__(self, database: Database, archive: Archive, company: Company, code: str = ENGINE) -> None:
        self.changed: list[str] = []
        self.work = Transcription(
            database, archive, engine(code), lambda: company, clock=lambda: AT + 10, changed=self._changed
        )

    async def _changed(self, box: str) -> None:
        self.changed.append(box)


async def stored(database: Database, id_: str) -> Voicemail:
    async with database.session() as session:
        row = await session.get(Voicemail, id_)
        assert row is not None
        return row


async def test_each_message_is_given_its_text_once(database: Database, archive: Archive, company: Company) -> None:
    texts = Texts(database, archive, company)
    await message(database, archive, "m1", box="101")
    assert await texts.work.step() is True
    assert await texts.work.step() is False
    assert (await stored(database, "m1")).transcript == "hola, 1.0 s es"
    assert texts.changed == ["101"]


async def test_the_mail_waits_for_the_text_and_has_it(
    database: Database, archive: Archive, company: Company, postbox: tuple[Postbox, MailServer]
) -> None:
    box, server = postbox
    office = Office(database, archive, server, company, waits_for_text_s=LONGEST_S)
    await message(database, archive, "m1")
    assert await office.mail.step() == 0
    await Texts(database, archive, company).work.step()
    assert await office.mail.step() == 1
    assert "hola, 1.0 s es" in box.mails[0].get_body().get_content()
    await message(database, archive, "m2")
    office.now = AT + LONGEST_S + 1
    assert await office.mail.step() == 1, "and goes without where the engine does not come to its end"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import sys; sys.exit(3)", "status 3"),
        (f"print('x' * {MAX_OUTPUT + 1})", "more than"),
    ],
)
async def test_an_engine_with_a_fault_leaves_the_message_as_it_is(
    database: Database, archive: Archive, company: Company, code: str, fault: str
) -> None:
    with pytest.raises(TranscriptionError, match=fault):
        await engine(code).transcribe(Path("m.wav"), "es")
    texts = Texts(database, archive, company, code)
    await message(database, archive, "m1")
    assert await texts.work.step() is True
    row = await stored(database, "m1")
    assert row.transcript is None and row.transcribed_at is not None
    assert await texts.work.step() is False


async def test_an_engine_that_hangs_is_ended_with_all_it_has_started() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    async with asyncio.timeout(30):
        with pytest.raises(TranscriptionError, match="not done"):
            await engine(code, longest_s=1.0).transcribe(Path("m.wav"), "es")


async def test_a_deleted_message_leaves_no_words(database: Database, archive: Archive, company: Company) -> None:
    await message(database, archive, "m1")
    await Texts(database, archive, company).work.step()
    assert await delete_voicemail(database, archive, "m1", by="ana", now=AT + 20)
    assert (await stored(database, "m1")).transcript is None


def test_a_command_without_the_file_is_refused() -> None:
    assert Transcriber.of("") is None
    with pytest.raises(ValueError, match="file"):
        Transcriber.of("whisper-cli -nt")
    with pytest.raises(ValueError, match="file"):
        Settings(transcriber="whisper-cli -nt")
