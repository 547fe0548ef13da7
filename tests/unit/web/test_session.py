"""Signing in: tokens, cookies, wrong passwords."""

from __future__ import annotations

import asyncio

from tests.unit.web.conftest import House
from web.api.sessions import LIFETIME_S


async def test_a_token_opens_the_api(house: House) -> None:
    response = await house.ask(None, "POST", "/session", json={"login": "ana", "password": "demo"})
    assert response.status == 200
    token = (await response.json())["token"]
    me = await house.ask(None, "GET", "/session", headers={"Authorization": f"Bearer {token}"})
    shown = await me.json()
    permissions = shown.pop("permissions")
    assert (permissions["calls.list"], permissions["session.read"]) == ("own", "own")
    assert "reports.queues" not in permissions
    assert shown == {
        "login": "ana",
        "name": "Ana",
        "role": "agent",
        "role_name": "agent",
        "extension": "101",
        "language": "es",
        "queues": ["sales"],
        "queue_titles": {"sales": "Ventas", "support": "Soporte"},
        "time_zone": "Europe/Madrid",
    }


async def test_a_page_that_is_used_stays_signed_in_and_a_script_and_an_idle_page_do_not(house: House) -> None:
    signed_in = await house.ask(None, "POST", "/session", json={"login": "ana", "password": "demo"})
    cookie = {"Cookie": f"centralita_session={signed_in.cookies['centralita_session'].value}"}
    bearer = {"Authorization": f"Bearer {(await signed_in.json())['token']}"}
    early = await house.ask(None, "GET", "/session", headers=cookie)
    assert (early.status, len(early.cookies)) == (200, 0)
    house.clock.now += LIFETIME_S * 0.6
    assert len((await house.ask(None, "GET", "/session", headers=bearer)).cookies) == 0
    late = await house.ask(None, "GET", "/session", headers=cookie)
    assert (await late.json())["login"] == "ana"
    assert late.cookies["centralita_csrf"].value == signed_in.cookies["centralita_csrf"].value
    assert int(late.cookies["centralita_session"]["max-age"]) == LIFETIME_S
    house.clock.now += LIFETIME_S * 0.6
    assert (await house.ask(None, "GET", "/calls", headers=cookie)).status == 200
    house.clock.now += LIFETIME_S * 0.5
    assert (await house.ask(None, "GET", "/session", headers=cookie)).status == 401


async def test_without_a_token_nothing_is_told(house: House) -> None:
    response = await house.ask(None, "GET", "/calls")
    assert response.status == 401
    assert response.content_type == "application/problem+json"
    assert "Bearer" in response.headers["WWW-Authenticate"]
    assert (await response.json(content_type=None))["status"] == 401


async def test_a_wrong_password_and_a_stranger_are_told_the_same(house: House) -> None:
    wrong = await house.ask(None, "POST", "/session", json={"login": "ana", "password": "Demo"})
    stranger = await house.ask(None, "POST", "/session", json={"login": "nobody", "password": "demo"})
    assert wrong.status == stranger.status == 401
    assert await wrong.json(content_type=None) == await stranger.json(content_type=None)


async def test_too_many_wrong_passwords_are_stopped_and_forgiven(house: House) -> None:
    for _ in range(10):
        await house.ask(None, "POST", "/session", json={"login": "ana", "password": "x"})
    response = await house.ask(None, "POST", "/session", json={"login": "ana", "password": "demo"})
    assert response.status == 429
    assert int(response.headers["Retry-After"]) > 0
    other = await house.ask(None, "POST", "/session", json={"login": "luis", "password": "demo"})
    assert other.status == 200
    house.clock.now += 301
    again = await house.ask(None, "POST", "/session", json={"login": "ana", "password": "demo"})
    assert again.status == 200


async def test_the_cookie_reads_but_writes_only_with_its_second_token(house: House) -> None:
    response = await house.ask(None, "POST", "/session", json={"login": "ana", "password": "demo"})
    session, csrf = response.cookies["centralita_session"], response.cookies["centralita_csrf"]
    assert session["httponly"]
    assert session["samesite"] == "Strict"
    assert not csrf["httponly"]
    cookie = {"Cookie": f"centralita_session={session.value}"}
    assert (await house.ask(None, "GET", "/session", headers=cookie)).status == 200
    body = {"state": "available"}
    assert (await house.ask(None, "PUT", "/agents/me", headers=cookie, json=body)).status == 403
    both = cookie | {"X-CSRF-Token": csrf.value}
    assert (await house.ask(None, "PUT", "/agents/me", headers=both, json=body)).status == 200
    foreign = both | {"Origin": "https://elsewhere.example"}
    assert (await house.ask(None, "PUT", "/agents/me", headers=foreign, json=body)).status == 403


async def test_signing_out_ends_the_token(house: House) -> None:
    assert (await house.ask("ana", "DELETE", "/session")).status == 204
    assert (await house.ask("ana", "GET", "/session")).status == 401


async def test_a_token_expires(house: House) -> None:
    assert (await house.ask("ana", "GET", "/session")).status == 200
    house.clock.now += 7 * 86400 + 1
    assert (await house.ask("ana", "GET", "/session")).status == 401


async def test_a_token_outlives_a_restart_of_the_office(house: House) -> None:
    from web.api.sessions import Sessions

    token = await house.token("ana")
    restarted = Sessions(house.office.database, house.clock)
    assert (await restarted.who(token)).login == "ana"


async def test_many_at_once_do_not_slip_past_the_limit_and_right_ones_are_let_in(house: House) -> None:
    async def attempt(login: str, password: str) -> int:
        response = await house.ask(None, "POST", "/session", json={"login": login, "password": password})
        return response.status

    wrong = await asyncio.gather(*(attempt("luis", "x") for _ in range(30)))
    assert wrong.count(401) <= 12
    assert set(wrong) == {401, 429}
    assert set(await asyncio.gather(*(attempt("ana", "demo") for _ in range(30)))) == {200}
