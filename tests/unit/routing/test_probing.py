"""Who only asks, and never proves anything, is listened to no more; who brings a proof is."""

from __future__ import annotations

import pytest

from config.security import Security
from pbx.exchange.doorkeeper import CHALLENGE_BURST, Doorkeeper
from pbx.net.gate import Refusal, Silence
from pbx.routing.authentication import PROBES, Authenticator, FromPhone
from tests.unit.routing.phones import authorization, request, udp

NOW = 1_700_000_000.0


class House:
    def __init__(self, company, credentials, **security) -> None:
        self.company = company.model_copy(update={"security": Security(**security)})
        self.authenticator = Authenticator(self.company, credentials)
        self.now = NOW
        self.judge = Doorkeeper(self.authenticator, lambda: self.now, lambda: self.company.security).judge

    def proof(self, source, username="101", password="demo-101", method="REGISTER"):
        refusal = self.judge(request(method), source)
        assert isinstance(refusal, Refusal)
        return request(method, authorization=authorization(refusal.headers[0][1], method, username, password))


@pytest.fixture
def house(company, credentials) -> House:
    return House(company, credentials)


STRANGER = udp("198.51.100.9", 5060)


def test_a_scanner_of_extensions_is_answered_alike_and_then_not_at_all(house) -> None:
    answers = [house.judge(request("REGISTER", user=str(100 + index)), STRANGER) for index in range(PROBES + 6)]
    assert all(isinstance(answer, Refusal) and answer.status == 401 for answer in answers[: PROBES + 1])
    assert all(isinstance(answer, Silence) for answer in answers[PROBES + 1 :])


def test_who_brings_a_proof_is_let_in_and_heard_again(house) -> None:
    proof = house.proof(STRANGER)
    for _ in range(PROBES + 5):
        house.judge(request("REGISTER"), STRANGER)
    assert isinstance(house.judge(request("REGISTER"), STRANGER), Silence)
    assert house.judge(proof, STRANGER) is None
    assert isinstance(house.judge(request("REGISTER"), STRANGER), Refusal)


def test_where_somebody_has_proven_it_any_number_may_ask(house) -> None:
    assert house.judge(house.proof(STRANGER), STRANGER) is None
    for _ in range(200):
        assert isinstance(house.judge(request("REGISTER"), STRANGER), Refusal)


def test_the_silence_ends_and_is_longer_the_next_time(house) -> None:
    def silent_s() -> float:
        began = house.now
        while isinstance(house.judge(request("REGISTER"), STRANGER), Silence):
            house.now += 1
        return house.now - began

    lengths = []
    for _ in range(3):
        while not isinstance(house.judge(request("REGISTER"), STRANGER), Silence):
            pass
        lengths.append(silent_s())
    assert lengths[0] < lengths[1] < lengths[2]


def test_ten_wrong_passwords_ban_the_source(house) -> None:
    refusal = house.judge(request("REGISTER"), STRANGER)
    proof = authorization(refusal.headers[0][1], "REGISTER", "101", "wrong")
    for _ in range(11):
        house.judge(request("REGISTER", authorization=proof), STRANGER)
    refusal = house.judge(request("REGISTER", authorization=proof), STRANGER)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 403


@pytest.mark.parametrize("product", ["friendly-scanner", "sipcli/v1.8", "VaxSIPUserAgent/3.1", "pplsip", "SIPVicious"])
def test_known_scanners_hear_nothing(house, product) -> None:
    assert isinstance(house.judge(request("INVITE", **{"user-agent": product}), STRANGER), Silence)


@pytest.mark.parametrize("product", ["Yealink SIP-T46U 108.86", "Grandstream GXP2170", "baresip v3", "Smappee 1"])
def test_telephones_are_no_scanners(house, product) -> None:
    assert isinstance(house.judge(request("INVITE", **{"user-agent": product}), STRANGER), Refusal)


def test_addresses_that_are_never_banned(company, credentials) -> None:
    house = House(company, credentials, never_banned=("198.51.100.0/24",))
    for _ in range(50):
        house.judge(house.proof(STRANGER, password="wrong"), STRANGER)
    assert house.judge(house.proof(STRANGER), STRANGER) is None


def test_tls_only_refuses_what_is_not_encrypted(company, credentials) -> None:
    house = House(company, credentials, tls_only=True)
    refusal = house.judge(request("REGISTER"), STRANGER)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 403
    assert refusal.headers == ()


def test_the_verdict_is_reached_once(house) -> None:
    proof = house.proof(STRANGER)
    assert house.judge(proof, STRANGER) is None
    who = house.authenticator.who(proof, STRANGER, house.now, by_address=False)
    assert isinstance(who, FromPhone)


@pytest.mark.parametrize("method", ["INVITE", "REGISTER", "SUBSCRIBE", "MESSAGE", "REFER", "NOTIFY"])
def test_nothing_outside_a_dialog_is_taken_without_a_proof(house, method) -> None:
    refusal = house.judge(request(method), STRANGER)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 401


def test_challenges_to_strangers_are_bounded_in_all_and_those_who_are_known_do_not_feel_it(house) -> None:
    known = udp("203.0.113.5", 5060)
    assert house.judge(house.proof(known), known) is None
    answered = sum(
        isinstance(house.judge(request("INVITE"), udp(f"198.51.{index >> 8}.{index & 255}", 5060)), Refusal)
        for index in range(10_000)
    )
    assert answered <= CHALLENGE_BURST
    assert house.judge(house.proof(known), known) is None
    house.now += 1
    assert isinstance(house.judge(request("INVITE"), udp("198.18.0.1", 5060)), Refusal)
