"""Who a request is from (RFC 3261 §22)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.routing.authentication import Authenticator, FromPhone, FromTrunk, Refused
from pbx.routing.bans import Bans
from tests.unit.routing.phones import authorization, request, udp

NOW = 1_700_000_000.0
CARRIER = udp("127.0.0.1", 5090)
LOOPBACK = udp("127.0.0.1", 40000)


@pytest.fixture
def gate(company, credentials) -> Authenticator:
    return Authenticator(company, credentials)


def challenges(gate: Authenticator, source=None, now: float = NOW) -> list[str]:
    refused = gate.who(request("INVITE"), source or udp(), now)
    assert isinstance(refused, Refused)
    assert refused.status == 401
    return [value for name, value in refused.headers if name == "www-authenticate"]


def try_in(gate, username="101", password="demo-101", *, source=None, now=NOW, method="INVITE", pick=0, **headers):
    source = source or udp()
    answer = authorization(challenges(gate, source, now)[pick], method, username, password)
    headers = {"user": username} | headers
    return gate.who(request(method, authorization=answer, **headers), source, now)


def test_a_stranger_is_challenged_md5_first_then_sha256(gate) -> None:
    md5, sha256 = challenges(gate)
    assert "algorithm=MD5" in md5
    assert "algorithm=SHA-256" in sha256
    assert 'realm="centralita"' in md5


def test_a_phone_that_gives_up_at_the_sight_of_sha256_sees_md5_alone(gate) -> None:
    refused = gate.who(request("REGISTER", **{"user-agent": "baresip v1.0.0 (x86_64/linux)"}), udp(), NOW)
    assert isinstance(refused, Refused)
    assert ["algorithm=MD5" in value for _, value in refused.headers] == [True]


@pytest.mark.parametrize("pick", [0, 1])
def test_a_phone_proves_itself_with_either_algorithm(gate, pick) -> None:
    who = try_in(gate, pick=pick)
    assert isinstance(who, FromPhone)
    assert who.person.login == "ana"


def test_a_phone_of_the_old_kind_without_qop(gate) -> None:
    answer = authorization(challenges(gate)[0], "INVITE", "101", "demo-101", qop=False)
    assert isinstance(gate.who(request("INVITE", authorization=answer), udp(), NOW), FromPhone)


def test_a_wrong_password_and_an_unknown_user_look_alike(gate) -> None:
    wrong, unknown = try_in(gate, password="x"), try_in(gate, "999")
    assert isinstance(wrong, Refused)
    assert isinstance(unknown, Refused)
    assert wrong.status == unknown.status == 401
    assert _without_nonces(wrong) == _without_nonces(unknown)


def _without_nonces(refused: Refused) -> list[str]:
    return [re.sub('nonce="[^"]*"', "", value) for _, value in refused.headers]


def test_who_is_authenticated_must_own_the_from(gate) -> None:
    who = try_in(gate, user="102")
    assert isinstance(who, Refused)
    assert who.status == 403


def test_a_phone_may_withhold_its_number(gate) -> None:
    who = try_in(gate, from_='"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1')
    assert isinstance(who, FromPhone)
    assert who.is_anonymous


def test_an_old_nonce_is_stale_not_wrong(gate) -> None:
    answer = authorization(challenges(gate)[0], "INVITE", "101", "demo-101")
    who = gate.who(request("INVITE", authorization=answer), udp(), NOW + 3600)
    assert isinstance(who, Refused)
    assert all("stale=true" in value for name, value in who.headers)


def test_a_nonce_is_worth_nothing_at_another_address(gate) -> None:
    answer = authorization(challenges(gate)[0], "INVITE", "101", "demo-101")
    who = gate.who(request("INVITE", authorization=answer), udp("192.0.2.66"), NOW)
    assert isinstance(who, Refused)
    assert who.status == 401


def test_credentials_that_cannot_be_read_are_400(gate) -> None:
    who = gate.who(request("INVITE", authorization="Digest x"), udp(), NOW)
    assert isinstance(who, Refused)
    assert who.status == 400


def test_the_right_one_of_two_credentials_is_used(gate) -> None:
    ours = authorization(challenges(gate)[0], "INVITE", "101", "demo-101")
    theirs = authorization(challenges(gate)[0], "INVITE", "joe", "x", realm="elsewhere")
    assert isinstance(gate.who(request("INVITE", authorization=[theirs, ours]), udp(), NOW), FromPhone)


def test_the_carrier_is_known_by_its_address(gate) -> None:
    who = gate.who(request("INVITE", user="+34600111222"), CARRIER, NOW)
    assert isinstance(who, FromTrunk)
    assert who.trunk.name == "carrier"


def test_another_port_of_the_carrier_is_not_the_carrier(gate) -> None:
    assert isinstance(gate.who(request("INVITE"), LOOPBACK, NOW), Refused)


def test_an_address_known_for_udp_proves_nothing_over_tcp(gate) -> None:
    from pbx.net.hop import Hop

    assert isinstance(gate.who(request("INVITE"), Hop("tcp", ("127.0.0.1", 5090)), NOW), Refused)


def test_the_carriers_address_proves_nothing_to_the_registrar(gate) -> None:
    assert isinstance(gate.who(request(), CARRIER, NOW, by_address=False), Refused)


def test_the_carrier_proves_itself_by_digest_from_any_port(gate) -> None:
    who = try_in(gate, "carrier", "demo-carrier", source=LOOPBACK, user="+34600111222")
    assert isinstance(who, FromTrunk)
    assert isinstance(try_in(gate, "carrier", "wrong", source=LOOPBACK), Refused)


def test_a_trunk_known_by_address_alone_calls_from_any_port(company, credentials) -> None:
    trunk = company.trunks[0].model_copy(update={"known_addresses": ("198.51.100.7", "[2001:db8::1]:5060")})
    gate = Authenticator(company.model_copy(update={"trunks": (trunk,)}), credentials)
    assert isinstance(gate.who(request("INVITE"), udp("198.51.100.7", 61234), NOW), FromTrunk)
    assert isinstance(gate.who(request("INVITE"), udp("2001:db8::1", 5060), NOW), FromTrunk)
    assert isinstance(gate.who(request("INVITE"), udp("2001:db8::1", 5061), NOW), Refused)


def test_guessing_bans_the_address_for_longer_each_time(company, credentials) -> None:
    gate = Authenticator(company, credentials, by_source=Bans(tolerated=2, first_s=30))
    for _ in range(3):
        try_in(gate, password="guess")
    banned = gate.who(request("INVITE"), udp(), NOW)
    assert isinstance(banned, Refused)
    assert banned.status == 403
    assert dict(banned.headers)["retry-after"] == "31"
    assert isinstance(try_in(gate, source=udp("192.0.2.2")), FromPhone)
    assert isinstance(try_in(gate, now=NOW + 31), FromPhone)


def test_loopback_is_never_banned(company, credentials) -> None:
    gate = Authenticator(company, credentials, by_source=Bans(tolerated=0), by_account=Bans(tolerated=0))
    for _ in range(50):
        try_in(gate, password="guess", source=LOOPBACK)
    assert isinstance(try_in(gate, source=LOOPBACK), FromPhone)


def test_an_ipv6_host_does_not_escape_by_taking_another_address_of_its_network(company, credentials) -> None:
    gate = Authenticator(company, credentials, by_source=Bans(tolerated=2, first_s=30))
    for n in range(3):
        try_in(gate, password="guess", source=udp(f"2001:db8:1:2::{n}"))
    banned = gate.who(request("INVITE"), udp("2001:db8:1:2::99"), NOW)
    assert isinstance(banned, Refused)
    assert banned.status == 403
    assert isinstance(try_in(gate, source=udp("2001:db8:1:3::1")), FromPhone)


def test_an_ipv4_peer_of_a_socket_of_both_families_is_itself(company, credentials) -> None:
    gate = Authenticator(company, credentials, by_source=Bans(tolerated=0))
    assert isinstance(gate.who(request("INVITE"), udp("::ffff:127.0.0.1", 5090), NOW), FromTrunk)
    assert gate.is_trunk_address("::ffff:127.0.0.1")
    assert not gate.is_trunk_address("192.0.2.1")
    try_in(gate, password="guess", source=udp("::ffff:127.0.0.1", 40000))
    try_in(gate, password="guess", source=udp("::1", 40000))
    assert isinstance(try_in(gate, source=udp("::ffff:127.0.0.1", 40000)), FromPhone)
    assert isinstance(try_in(gate, source=udp("::1", 40000)), FromPhone)


def test_an_account_guessed_at_from_everywhere_stays_open_to_its_owner(company, credentials) -> None:
    gate = Authenticator(company, credentials, by_account=Bans(tolerated=5, first_s=60))
    assert isinstance(try_in(gate, source=udp("192.0.2.10")), FromPhone)
    for n in range(20):
        try_in(gate, password="guess", source=udp(f"198.51.100.{n}"))
    assert isinstance(try_in(gate, source=udp("192.0.2.10")), FromPhone)


def test_an_account_guessed_at_from_everywhere_is_closed_to_strangers(company, credentials) -> None:
    gate = Authenticator(company, credentials, by_account=Bans(tolerated=5, first_s=60))
    for n in range(6):
        try_in(gate, password="guess", source=udp(f"198.51.100.{n}"))
    assert isinstance(try_in(gate, source=udp("203.0.113.1")), Refused)
    assert isinstance(try_in(gate, source=udp("203.0.113.1"), now=NOW + 61), FromPhone)


def test_a_new_company_counts_from_the_next_request(gate, company, credentials) -> None:
    gate.configure(company.model_copy(update={"people": company.people[:1], "trunks": ()}), credentials)
    assert isinstance(try_in(gate), Refused)
    assert isinstance(gate.who(request("INVITE"), CARRIER, NOW), Refused)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_credentials_whatever_let_a_stranger_in(company, credentials, text) -> None:
    who = Authenticator(company, credentials).who(request("INVITE", authorization="Digest " + text), udp(), NOW)
    assert isinstance(who, Refused)
    assert who.status in {400, 401}


def test_credentials_seen_on_the_wire_open_no_other_call(gate) -> None:
    answer = authorization(challenges(gate)[0], "INVITE", "101", "demo-101")
    assert isinstance(gate.who(request("INVITE", authorization=answer), udp(), NOW), FromPhone)
    again = gate.who(request("INVITE", authorization=answer), udp(), NOW)
    assert isinstance(again, Refused)
    assert all("stale=true" in value for _, value in again.headers)


def test_a_change_of_the_company_spares_the_phones_a_challenge(gate, company, credentials) -> None:
    answer = authorization(challenges(gate)[0], "INVITE", "101", "demo-101")
    gate.configure(company, credentials)
    assert isinstance(gate.who(request("INVITE", authorization=answer), udp(), NOW), FromPhone)
