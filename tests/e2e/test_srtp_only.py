"""A house that talks encrypted or not at all: who is refused and told why, and who gets through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit import Phone, Server
from tests.kit.company import write_company
from tests.kit.phone import answers, rings
from tests.kit.spoken import Spoken

PEOPLE = {"101": "kJ3mQx9Lr2Vb", "102": "pW8sTn4Zc7Hd"}
KEYS = "1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, spoken: Spoken) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("strict"), spoken=spoken)
    write_company(server.data_dir, PEOPLE, security={"srtp_only": True})
    server.start()
    yield server
    server.stop()


async def test_calls_without_srtp_are_refused_with_a_reason_and_those_with_it_go_on(server: Server) -> None:
    plain = await Phone.start(server.sip, "101", PEOPLE["101"], sound=False)
    luis = await Phone.start(server.sip, "102", PEOPLE["102"], sound=False, behaviour=answers())
    async with plain, luis:
        await luis.register()
        luis.crypto = KEYS
        call = plain.call("102")
        assert await call.refused() == 488
        assert call.failure == (488, "SRTP Required")
        assert luis.incoming_count == 0
        plain.crypto = KEYS
        call = await plain.call("102").answered()
        assert b"RTP/SAVP " in luis.calls[0].invite.body
        await call.hang_up()


async def test_who_answers_without_srtp_is_left_at_once(server: Server) -> None:
    ana = await Phone.start(server.sip, "101", PEOPLE["101"], sound=False)
    luis = await Phone.start(server.sip, "102", PEOPLE["102"], sound=False, behaviour=answers())
    async with ana, luis:
        await luis.register()
        ana.crypto = KEYS
        call = ana.call("102")
        await (await luis.incoming()).ended()
        await call.hang_up()
        luis.crypto, luis.behaviour = KEYS, rings
        call = await ana.call("102").ringing()
        await call.hang_up()
