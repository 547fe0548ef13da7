"""Web Push: who subscribes, where pushes may go, what is in them, and what push services answer."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from store.secret_key import KEY_FILE
from tests.kit.push_service import PushService, push_service
from tests.unit.web.conftest import House
from web.api.push.endpoint import check_endpoint, is_public
from web.api.push.errors import BadKeyError, ForbiddenEndpointError
from web.api.push.keys import GOOD_FOR_S, VapidKeys
from web.api.push.recipient import Recipient, read_auth, read_key

CALL = "0198f2a4-7d1e-7abc-8def-001122334455"


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as service:
        yield service


async def subscribed(house: House, service: PushService, login: str = "ana", name: str = "one") -> str:
    body = {**service.subscription(name), "language": "en"}
    response = await house.ask(login, "POST", "/push/subscriptions", json=body)
    assert response.status == 201, await response.text()
    return str((await response.json())["id"])


# --- The message, by RFC 8291 appendix A ------------------------------------------------------------------------------


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_message_is_encrypted_as_the_rfc_shows() -> None:
    point = octets("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
    to = Recipient("1", "ana", "s", "https://push.example/1", point, octets("BTBZMqHH6r4Tts7J_aSIgg"), "en")
    private = int.from_bytes(octets("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    key = ec.derive_private_key(private, ec.SECP256R1())
    body = to.encrypted(b"When I grow up, I want to be a watermelon", key, octets("DGv6ra1nlYgDCS1FRnbzlw"))
    assert body == octets(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6P"
        "Bru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


# --- Where pushes may go ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.8/x", "https://localhost/x",
        "https://push/x", "https://user@push.example.com/x", "https://push.example.com:8443/x", "ftp://push.example.com/",
        "https://2130706433/x", "https://127.1/x", "https://push.example.com/x#y", "https://push.example.com/ x", "",
        "https://[::1/x", "https://push.example.com:99999/", "https://push.example.com/" + "x" * 1000, "https://é.com/",
    ],
)  # fmt: skip
def test_what_is_no_push_service_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenEndpointError):
        check_endpoint(url)


def test_the_worlds_push_services_and_ones_own_are_taken() -> None:
    check_endpoint("https://fcm.googleapis.com/fcm/send/abc")
    check_endpoint("https://updates.push.services.mozilla.com:443/wpush/v2/abc")
    check_endpoint("http://push.internal:8080/x", own=("push.internal",))
    assert not any(is_public(one) for one in ("10.1.2.3", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1"))
    assert is_public("142.250.185.74")


def test_keys_that_are_none_are_refused() -> None:
    for written in ("", "AAAA", "*", "B" + "A" * 86, "é"):
        with pytest.raises(BadKeyError):
            read_key(written)
        with pytest.raises(BadKeyError):
            read_auth(written)


# --- Subscribing ------------------------------------------------------------------------------------------------------


async def test_a_session_subscribes_once_and_takes_it_back(house: House, service: PushService) -> None:
    await subscribed(house, service)
    id_ = await subscribed(house, service, name="another")
    (shown,) = (await house.get("ana", "/push/subscriptions"))["items"]
    assert (shown["id"], shown["service"], shown["language"], shown["is_this"]) == (id_, "127.0.0.1", "en", True)
    assert (await house.get("luis", "/push/subscriptions"))["items"] == []
    assert (await house.ask("luis", "DELETE", f"/push/subscriptions/{id_}")).status == 404
    assert (await house.ask("ana", "DELETE", f"/push/subscriptions/{id_}")).status == 204
    assert (await house.get("ana", "/push/subscriptions"))["items"] == []


async def test_of_too_many_browsers_the_oldest_is_forgotten(
    house: House, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.push.subscriptions.MAX_PER_PERSON", 2)
    ids = []
    for number in range(3):
        house.tokens.clear()
        ids.append(await subscribed(house, service, name=str(number)))
    assert [one["id"] for one in (await house.get("ana", "/push/subscriptions"))["items"]] == [ids[2], ids[1]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "https://169.254.169.254/latest"}, "endpoint"),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "keys.p256dh"),
    ],
)
async def test_a_faulty_subscription_says_where(
    house: House, service: PushService, change: dict[str, object], field: str
) -> None:
    response = await house.ask("ana", "POST", "/push/subscriptions", json={**service.subscription(), **change})
    assert response.status == 422
    assert (await response.json())["errors"][0]["field"] == field


async def test_a_script_is_told_of_nothing(house: House, service: PushService) -> None:
    token = (await (await house.ask("ana", "POST", "/tokens", json={"name": "x"})).json())["token"]
    headers = {"Authorization": f"Bearer {token}"}
    response = await house.ask(None, "POST", "/push/subscriptions", json=service.subscription(), headers=headers)
    assert response.status == 403


# --- Telling ----------------------------------------------------------------------------------------------------------


async def test_a_call_is_told_and_called_off(house: House, service: PushService) -> None:
    await subscribed(house, service)
    ringing = house.office.push.ringing
    assert await ringing.wake(CALL, ["ana", "luis"], "+34600111222", "Carmen Ruiz") == {"ana": 1}
    rings = await service.next(kind="call.rings")
    assert rings.path == "/one"
    assert rings.text.pop("at").endswith("Z")
    said = {"kind": "call.rings", "call_id": CALL, "number": "+34600111222", "name": "Carmen Ruiz", "language": "en"}
    assert rings.text == said
    headers = rings.headers
    assert (headers["TTL"], headers["Urgency"], headers["Content-Encoding"]) == ("15", "high", "aes128gcm")
    assert headers["Topic"] == CALL.replace("-", "")
    assert Vapid02.verify(headers["Authorization"])
    await ringing.over(CALL, ["luis"], answered=False)
    await ringing.over(CALL, ["ana"], answered=False)
    missed = await service.next(kind="call.missed")
    assert (missed.headers["Topic"], missed.headers["Urgency"]) == (headers["Topic"], "normal")
    await ringing.over(CALL, ["ana"], answered=False)
    assert service.asked == 2


async def test_who_has_signed_out_is_told_nothing(house: House, service: PushService) -> None:
    await subscribed(house, service)
    assert await house.office.push.ringing.can_be_woken() == ["ana"]
    assert (await house.ask("ana", "DELETE", "/session")).status == 204
    assert await house.office.push.ringing.wake(CALL, ["ana"], None, None) == {}
    assert await house.office.push.ringing.can_be_woken() == []


async def test_a_session_that_has_run_out_is_told_nothing(house: House, service: PushService) -> None:
    await subscribed(house, service)
    house.clock.now += 8 * 86400
    assert await house.office.push.ringing.wake(CALL, ["ana"], None, None) == {}


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_forgotten(house: House, service: PushService, status: int) -> None:
    await subscribed(house, service)
    service.answers.append(status)
    assert await house.office.push.ringing.wake(CALL, ["ana"], None, None) == {"ana": 1}
    async with asyncio.timeout(30):
        while (await house.get("ana", "/push/subscriptions"))["items"]:
            await asyncio.sleep(0.01)
    assert service.asked == 1


async def test_a_push_service_in_trouble_is_asked_once_more(
    house: House, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.push.sender.AGAIN_AFTER_S", 0.0)
    await subscribed(house, service)
    service.answers.append(503)
    await house.office.push.ringing.wake(CALL, ["ana"], None, None)
    await service.next(kind="call.rings")
    assert service.asked == 2


async def test_a_browser_that_is_connected_needs_no_push(house: House, service: PushService) -> None:
    await subscribed(house, service)
    assert house.http is not None
    headers = {"Authorization": f"Bearer {await house.token('ana')}"}
    async with house.http.ws_connect(f"{house.url}/api/v1/sip", headers=headers, protocols=("sip",)):
        assert await house.office.push.ringing.wake(CALL, ["ana"], None, None) == {}


# --- The server's key -------------------------------------------------------------------------------------------------


async def test_the_key_is_made_once_and_read_again(house: House) -> None:
    office = house.office
    again = VapidKeys(office.database, office.settings.data_dir, "mailto:a@example.com", house.clock)
    await again.open()
    assert again.public == office.push.keys.public == (await house.get("ana", "/push/key"))["public_key"]
    proof = again.proof("https://push.example.com/1")
    assert again.proof("https://push.example.com/2") == proof
    house.clock.now += GOOD_FOR_S
    assert again.proof("https://push.example.com/1") != proof


async def test_with_another_installations_key_a_new_one_is_made_and_browsers_have_to_subscribe_again(
    house: House, service: PushService
) -> None:
    await subscribed(house, service)
    office = house.office
    (office.settings.data_dir / KEY_FILE).unlink()
    again = VapidKeys(office.database, office.settings.data_dir, "mailto:a@example.com", house.clock)
    await again.open()
    assert again.public != office.push.keys.public
    assert (await house.get("ana", "/push/subscriptions"))["items"] == []
