"""What telephones and carriers of others rely on: digests, bindings, OPTIONS, TCP, who may dial what."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.e2e.house import CARMEN, House
from tests.kit import Carrier, Phone
from tests.kit.message import Message

ROOM = "+34910000004"


def request(phone: Phone, method: str, *headers: tuple[str, str]) -> Message:
    """A request outside a dialog, to the domain, about oneself."""
    me = f"<{phone.address_of_record}>"
    return Message(
        f"{method} sip:{phone.domain} SIP/2.0",
        [
            ("Via", phone.endpoint.via()),
            ("Max-Forwards", "70"),
            ("From", f"{me};tag={secrets.token_hex(4)}"),
            ("To", me),
            ("Call-ID", secrets.token_hex(8)),
            ("CSeq", f"1 {method}"),
            *headers,
        ],
    )


async def test_md5_is_offered_first_and_sha_256_second(house: House) -> None:
    ana = await house.phone("101", register=False)
    response = await ana.endpoint.final(request(ana, "REGISTER", ("Contact", ana.contact)), ana.server)
    assert response.status == 401
    challenges = response.all("WWW-Authenticate")
    offered = [challenge.partition("algorithm=")[2].partition(",")[0] for challenge in challenges]
    assert offered == ["MD5", "SHA-256"]
    assert all('qop="auth"' in challenge for challenge in challenges)


async def test_every_device_of_a_person_is_bound_over_udp_and_tcp_until_all_are_removed(house: House) -> None:
    phones = [await house.phone("101", transport=transport) for transport in ("udp", "udp", "tcp")]

    async def register(*headers: tuple[str, str]) -> Message:
        return await phones[0].authenticated(lambda: request(phones[0], "REGISTER", *headers))

    bound = await register()
    assert len(bound.all("Contact")) == 3
    assert all("expires=" in contact for contact in bound.all("Contact"))
    brief = await register(("Contact", phones[0].contact), ("Expires", "1"))
    assert (brief.status, int(brief.get("Min-Expires") or 0) > 1) == (423, True)
    assert (await register(("Contact", "*"), ("Expires", "3600"))).status == 400
    removed = await register(("Contact", "*"), ("Expires", "0"))
    assert (removed.status, removed.all("Contact")) == (200, [])


async def test_options_tells_what_is_taken_and_405_repeats_it(house: House) -> None:
    async with await Phone.start(house.server.sip, "stranger") as stranger:
        able = await stranger.endpoint.final(request(stranger, "OPTIONS"), stranger.server)
        assert able.status == 200
        allowed = {method.strip() for method in (able.get("Allow") or "").split(",")}
        assert {"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REFER", "UPDATE", "INFO", "REGISTER"} <= allowed
        refused = await stranger.endpoint.final(request(stranger, "PUBLISH"), stranger.server)
        assert refused.status == 405
        assert "PUBLISH" not in (refused.get("Allow") or "PUBLISH")
        for number in ("101", "*43", "0600111222"):
            assert await stranger.call(number).refused() == 401


@pytest.mark.parametrize(("transport", "algorithm"), [("udp", "MD5"), ("udp", "SHA-256"), ("tcp", "MD5")])
async def test_the_carrier_with_its_password_calls_from_any_port(house: House, transport: str, algorithm: str) -> None:
    known: dict[str, Any] = {"auth_user": "carrier", "password": "demo-carrier"}
    async with await Carrier.listen(house.server.sip, transport=transport, algorithm=algorithm, **known) as carrier:
        call = await carrier.place(ROOM, CARMEN).answered()
        assert call.remote is not None
        assert call.remote.address == "127.0.0.1"
        await call.hang_up()
    async with await Carrier.listen(house.server.sip, transport=transport, auth_user="carrier", password="x") as other:
        assert await other.place(ROOM, CARMEN).refused() == 401


async def test_the_trunk_reaches_the_numbers_of_the_company_and_nothing_else(house: House) -> None:
    for number in ("112", "0112", "100", "700", "*8", "*21101", "0600111222", CARMEN, "+34910000099"):
        assert await (await house.place(number, "+34600888009")).refused() == 404, number


@pytest.mark.parametrize(
    ("from_", "headers", "number"),
    [
        ("<sip:+34600888011@a.example>", [], "+34600888011"),
        ("<sip:+34600888012@a.example>", [("P-Asserted-Identity", "<sip:+34600888013@b.example>")], "+34600888013"),
        ("<sip:anonymous@anonymous.invalid>", [("P-Asserted-Identity", "<tel:+34600888014>")], "+34600888014"),
        ("<sip:anonymous@anonymous.invalid>", [("Privacy", "id")], None),
    ],
)
async def test_who_calls_is_asserted_identity_else_from(
    house: House, from_: str, headers: list[tuple[str, str]], number: str | None
) -> None:
    call = await (await house.carrier()).call(ROOM, from_=from_, headers=headers).answered()
    assert (await house.events.next("call.started")).event["caller_number"] == number
    await call.hang_up()
