"""One's own account: second factor, password rules, sessions; tokens of scripts."""

from __future__ import annotations

from typing import Any

import pyotp

from tests.unit.web.conftest import House


async def sign_in(house: House, login: str = "ana", password: str = "demo", code: str | None = None) -> Any:
    body = {"login": login, "password": password, **({"code": code} if code is not None else {})}
    return await house.ask(None, "POST", "/session", json=body)


async def turn_on(house: House) -> tuple[pyotp.TOTP, list[str]]:
    begun = await house.ask("ana", "POST", "/session/second-factor", json={"password": "demo"})
    totp = pyotp.TOTP((await begun.json())["secret"])
    assert (await begun.json())["uri"].startswith("otpauth://totp/Centralita:ana?secret=")
    wrong = await house.ask("ana", "PUT", "/session/second-factor", json={"code": "000000"})
    assert wrong.status == 422
    code = totp.at(house.clock.now)
    confirmed = await house.ask("ana", "PUT", "/session/second-factor", json={"code": code})
    return totp, (await confirmed.json())["recovery_codes"]


async def test_with_a_second_factor_the_password_alone_opens_nothing(house: House) -> None:
    totp, recovery = await turn_on(house)
    refused = await sign_in(house)
    assert refused.status == 401
    assert (await refused.json(content_type=None))["errors"] == [{"field": "code", "message": "is needed"}]
    assert (await sign_in(house, code=totp.at(house.clock.now))).status == 401  # it has been taken already
    house.clock.now += 60
    code = totp.at(house.clock.now)
    assert (await sign_in(house, code=code)).status == 200
    assert (await sign_in(house, code=code)).status == 401
    house.clock.now += 30
    assert (await sign_in(house, code=totp.at(house.clock.now - 90))).status == 401
    assert (await sign_in(house, code=recovery[0].upper())).status == 200
    assert (await sign_in(house, code=recovery[0])).status == 401
    state = await house.get("ana", "/session/second-factor")
    assert state == {"is_on": True, "recovery_left": 9}


async def test_codes_are_not_guessed(house: House) -> None:
    await turn_on(house)
    tried = [(await sign_in(house, code=f"{guess:06}")).status for guess in range(12)]
    assert tried == [401] * 10 + [429] * 2


async def test_it_is_turned_off_with_the_password_or_by_an_administrator(house: House) -> None:
    await turn_on(house)
    assert (await house.ask("ana", "POST", "/session/second-factor", json={"password": "demo"})).status == 409
    assert (await house.ask("ana", "POST", "/session/second-factor/drop", json={"password": "x"})).status == 422
    assert (await house.ask("ana", "POST", "/session/second-factor/drop", json={"password": "demo"})).status == 204
    assert (await sign_in(house)).status == 200
    house.clock.now += 60
    await turn_on(house)
    assert (await house.ask("admin", "DELETE", "/settings/people/ana/second-factor")).status == 204
    assert (await sign_in(house)).status == 200


async def test_a_new_password_follows_the_rules_and_ends_other_sessions(house: House) -> None:
    other = (await (await sign_in(house)).json())["token"]
    for weak in ("short", "password123", "qwertyuiop"):
        body = {"password": "demo", "fresh": weak}
        refused = await house.ask("ana", "PUT", "/session/password", json=body)
        assert (await refused.json(content_type=None))["errors"][0]["field"] == "fresh", weak
    body = {"password": "demo", "fresh": "granite lantern oboe"}
    assert (await house.ask("ana", "PUT", "/session/password", json=body)).status == 204
    assert (await house.ask("ana", "GET", "/session")).status == 200
    bearer = {"Authorization": f"Bearer {other}"}
    assert (await house.ask(None, "GET", "/session", headers=bearer)).status == 401
    assert (await sign_in(house)).status == 401
    assert (await sign_in(house, password="granite lantern oboe")).status == 200


async def test_a_session_names_its_browser_and_system(house: House) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
    body = {"login": "ana", "password": "demo"}
    await house.ask(None, "POST", "/session", json=body, headers={"User-Agent": firefox})
    await house.ask(None, "POST", "/session", json=body, headers={"User-Agent": "x" * 5000})
    named = {(one["browser"], one["system"]) for one in (await house.get("ana", "/sessions"))["items"]}
    assert named == {("Firefox", "Linux"), (None, None)}


async def test_signing_out_everywhere(house: House) -> None:
    await sign_in(house)
    assert len((await house.get("ana", "/sessions"))["items"]) == 2
    assert (await house.ask("ana", "DELETE", "/sessions?others=true")).status == 204
    assert [one["is_this"] for one in (await house.get("ana", "/sessions"))["items"]] == [True]
    assert (await house.ask("ana", "DELETE", "/sessions")).status == 204
    assert (await house.ask("ana", "GET", "/session")).status == 401
    assert len(house.exchange.told("revoke_sip")) == 2


async def test_a_token_acts_for_who_made_it_and_no_longer_than_wanted(house: House) -> None:
    made = await house.ask("ana", "POST", "/tokens", json={"name": "wallboard", "is_read_only": True})
    token = await made.json()
    bearer = {"Authorization": f"Bearer {token['token']}"}
    assert token["token"].startswith("ct_")
    assert (await (await house.ask(None, "GET", "/session", headers=bearer)).json())["login"] == "ana"
    state = {"state": "available"}
    assert (await house.ask(None, "PUT", "/agents/me", headers=bearer, json=state)).status == 403
    assert (await house.ask(None, "GET", "/sip", headers=bearer)).status == 403
    assert (await house.get("luis", "/tokens"))["items"] == []
    assert (await house.ask("luis", "DELETE", f"/tokens/{token['id']}")).status == 404
    writing = await (await house.ask("ana", "POST", "/tokens", json={"name": "x"})).json()
    other = {"Authorization": f"Bearer {writing['token']}"}
    assert (await house.ask(None, "PUT", "/agents/me", headers=other, json=state)).status == 200
    assert (await house.ask(None, "POST", "/tokens", headers=other, json={"name": "y"})).status == 403
    assert [one["name"] for one in (await house.get("admin", "/tokens"))["items"]] == ["x", "wallboard"]
    assert (await house.ask("admin", "DELETE", f"/tokens/{token['id']}")).status == 204
    assert (await house.ask(None, "GET", "/session", headers=bearer)).status == 401


async def test_a_token_with_an_end_ends(house: House) -> None:
    body = {"name": "short", "expires_at": "2027-01-15T08:00:10Z"}  # ten seconds from the clock's now
    token = (await (await house.ask("ana", "POST", "/tokens", json=body)).json())["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await house.ask(None, "GET", "/session", headers=bearer)).status == 200
    house.clock.now += 11
    assert (await house.ask(None, "GET", "/session", headers=bearer)).status == 401
