"""Credentials of browsers: for whom, where and how long they are good."""

from __future__ import annotations

import pytest

from pbx.net.hop import Hop
from pbx.routing import session_credentials
from pbx.routing.authentication import Authenticator, FromPhone, Refused
from pbx.routing.session_credentials import LIFETIME_S, SessionCredentials
from tests.unit.routing.phones import authorization, request, udp

NOW = 1_700_000_000.0
WEB = Hop("wss", ("192.0.2.9", 50000), None, 7)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock) -> SessionCredentials:
    return SessionCredentials("centralita", clock=clock)


@pytest.fixture
def gate(company, credentials, sessions) -> Authenticator:
    logins = {7: "ana", 8: "luis", 9: "nobody"}
    return Authenticator(company, credentials, sessions=sessions, login_of=logins.get)


def try_in(gate, username, password, *, source=WEB, user="101", now=NOW, **headers):
    refused = gate.who(request("INVITE", user), source, now)
    assert isinstance(refused, Refused)
    if refused.status != 401:
        return refused
    (challenge,) = [value for name, value in refused.headers if name == "www-authenticate"]
    answer = authorization(challenge, "INVITE", username, password)
    return gate.who(request("INVITE", user, authorization=answer, **headers), source, now)


def test_a_browser_proves_itself_with_what_it_was_given(gate, sessions) -> None:
    issued = sessions.issue("ana", "s1", NOW + 86400)
    who = try_in(gate, issued.username, issued.password)
    assert isinstance(who, FromPhone)
    assert who.person.extension == "101"
    assert issued.expires_at == NOW + LIFETIME_S


def test_it_is_challenged_with_md5_alone(gate) -> None:
    refused = gate.who(request("REGISTER"), WEB, NOW)
    assert ["algorithm=MD5" in value for _, value in refused.headers] == [True]


def test_they_are_worth_nothing_anywhere_else(gate, sessions) -> None:
    issued = sessions.issue("ana", "s1", NOW + 86400)
    refused = gate.who(request("INVITE"), udp(), NOW)
    challenge = refused.headers[0][1]
    answer = authorization(challenge, "INVITE", issued.username, issued.password)
    assert isinstance(gate.who(request("INVITE", authorization=answer), udp(), NOW), Refused)
    elsewhere = Hop("wss", WEB.remote, None, 8)
    assert try_in(gate, issued.username, issued.password, source=elsewhere).status == 401


def test_a_phones_password_opens_no_websocket(gate) -> None:
    assert try_in(gate, "101", "demo-101").status == 401


def test_a_trunks_address_opens_none_either(gate) -> None:
    assert try_in(gate, "x", "x", source=Hop("ws", ("127.0.0.1", 5090), None, 7)).status == 401


def test_a_connection_that_is_gone_or_of_no_person_is_403(gate) -> None:
    for number in (0, 9, 99):
        assert try_in(gate, "x", "x", source=Hop("ws", WEB.remote, None, number)).status == 403


def test_who_is_authenticated_must_own_the_from(gate, sessions) -> None:
    issued = sessions.issue("ana", "s1", NOW + 86400)
    assert try_in(gate, issued.username, issued.password, user="102").status == 403
    anonymous = try_in(gate, issued.username, issued.password, from_="<sip:anonymous@anonymous.invalid>;tag=1")
    assert isinstance(anonymous, FromPhone)
    assert anonymous.is_anonymous


def test_they_end_with_the_session_or_by_themselves(gate, sessions, clock) -> None:
    first, second = sessions.issue("ana", "s1", NOW + 86400), sessions.issue("ana", "s2", NOW + 10)
    assert second.expires_at == NOW + 10
    sessions.revoke("s1")
    sessions.revoke("s1")
    assert try_in(gate, first.username, first.password).status == 401
    assert isinstance(try_in(gate, second.username, second.password), FromPhone)
    clock.now = NOW + 10
    assert try_in(gate, second.username, second.password, now=clock.now).status == 401


def test_wrong_ones_ban_nobody(gate, sessions) -> None:
    for _ in range(50):
        assert try_in(gate, "web-x", "wrong").status == 401
    issued = sessions.issue("ana", "s1", NOW + 86400)
    assert isinstance(try_in(gate, issued.username, issued.password), FromPhone)


def test_somebody_who_has_left_the_company_gets_in_no_more(gate, sessions, company, credentials) -> None:
    issued = sessions.issue("ana", "s1", NOW + 86400)
    others = tuple(person for person in company.people if person.login != "ana")
    gate.configure(company.model_copy(update={"people": others}), credentials)
    assert try_in(gate, issued.username, issued.password).status == 403


def test_how_many_are_kept_is_bounded(sessions, clock, monkeypatch) -> None:
    monkeypatch.setattr(session_credentials, "MAX_ISSUED", 20)
    of_one = [sessions.issue("ana", "s1", NOW + 86400) for _ in range(12)]
    assert len(sessions) == session_credentials.MAX_PER_SESSION
    assert sessions.secret_of(of_one[0].username, "ana") is None
    assert sessions.secret_of(of_one[-1].username, "ana") is not None
    for number in range(40):
        sessions.issue("luis", f"t{number}", NOW + 86400)
    assert len(sessions) == 20
    clock.now += LIFETIME_S
    for number in range(20):
        sessions.issue("luis", f"u{number}", NOW + 86400)
    assert len(sessions) == 20
