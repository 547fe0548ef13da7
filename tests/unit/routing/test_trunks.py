"""Calls out through a trunk, and who calls in."""

from __future__ import annotations

from random import Random

import pytest

from pbx.net.name_service import NameService
from pbx.net.resolve import Locator
from pbx.routing.errors import TrunkUnavailableError
from pbx.routing.trunks import Caller, Trunks, caller_of
from tests.kit.name_server import NameServer
from tests.unit.routing.phones import request

ANA = "101"


@pytest.fixture
def trunks(company, credentials) -> Trunks:
    return Trunks(company, credentials, clock=lambda: 0.0)


def test_an_outgoing_call(trunks) -> None:
    line = trunks.outgoing("+34600111222")
    assert str(line.target.uri) == "sip:+34600111222@127.0.0.1:5090"
    assert str(line.target.hop) == "udp:127.0.0.1:5090"
    assert line.target.caller_id == "+34910000001"
    assert line.target.credentials.username == "carrier"
    assert line.target.party.trunk == "carrier"
    assert line.target.party.number == "+34600111222"


def test_a_person_with_an_own_number_shows_it(trunks, company) -> None:
    ana = company.person_of(ANA).model_copy(update={"caller_id": "+34910000003"})
    assert trunks.outgoing("+34600111222", ana).target.caller_id == "+34910000003"
    assert trunks.outgoing("+34600111222", company.person_of(ANA)).target.caller_id == "+34910000001"


def test_a_trunk_that_takes_certain_numbers_only_shows_its_own_instead_of_another(company) -> None:
    backup = company.trunks[0].model_copy(update={"shows": ("+34910000001", "+34910000002")})
    assert backup.number_for("+34910000002") == "+34910000002"
    assert backup.number_for("+34910000003") == backup.number_for(None) == "+34910000001"


def test_an_emergency_number_goes_out_as_it_is(trunks) -> None:
    assert str(trunks.outgoing("112", emergency=True).target.uri) == "sip:112@127.0.0.1:5090"


def two_trunks(company, **first):
    carrier = company.trunks[0].model_copy(update=first)
    backup = company.trunks[0].model_copy(update={"name": "backup", "port": 5091})
    return company.model_copy(update={"trunks": (carrier, backup)})


def test_a_full_trunk_is_passed_over_except_in_an_emergency(company, credentials) -> None:
    trunks = Trunks(two_trunks(company, max_calls=1), credentials)
    with trunks.outgoing("+34600111222") as first:
        assert first.trunk.name == "carrier"
        assert trunks.outgoing("+34600111222").trunk.name == "backup"
        assert trunks.outgoing("112", emergency=True).trunk.name == "carrier"
        with pytest.raises(TrunkUnavailableError):
            trunks.incoming(first.trunk)
    assert trunks.in_use("carrier") == 1


def test_a_line_is_given_back_once(trunks, company) -> None:
    line = trunks.incoming(company.trunks[0])
    assert trunks.in_use("carrier") == 1
    line.release()
    line.release()
    assert trunks.in_use("carrier") == 0


def test_a_trunk_that_does_not_answer_is_asked_last_for_a_while(company, credentials) -> None:
    now = 0.0
    trunks = Trunks(two_trunks(company), credentials, clock=lambda: now)
    trunks.unanswered("carrier")
    assert trunks.outgoing("+34600111222").trunk.name == "backup"
    trunks.unanswered("backup")
    assert trunks.outgoing("+34600111222").trunk.name == "carrier"
    now = 31.0
    assert trunks.outgoing("+34600111222").trunk.name == "carrier"
    trunks.unanswered("carrier")
    trunks.answered("carrier")
    assert trunks.outgoing("+34600111222").trunk.name == "carrier"


def test_no_trunk_at_all(company, credentials) -> None:
    with pytest.raises(TrunkUnavailableError) as error:
        Trunks(company.model_copy(update={"trunks": ()}), credentials).outgoing("+34600111222")
    assert error.value.status == 503


def test_a_trunk_whose_address_is_not_known_yet(company, credentials) -> None:
    trunks = Trunks(two_trunks(company, host="sip.carrier.example"), credentials)
    assert trunks.outgoing("+34600111222").trunk.name == "backup"


async def test_a_host_name_is_looked_up_before_the_first_call(company, credentials) -> None:
    trunks = Trunks(two_trunks(company, host="localhost"), credentials)
    await trunks.start()
    line = trunks.outgoing("+34600111222")
    assert line.trunk.name == "carrier"
    assert line.target.hop.host in {"127.0.0.1", "::1"}
    assert line.target.uri.host == "localhost"
    await trunks.stop()


SERVICES = (
    "_sip._udp.carrier.test 60 IN SRV 10 0 5080 127.0.0.1.",
    "_sip._udp.carrier.test 60 IN SRV 20 0 5082 b.test.",
    "b.test 60 IN A 127.0.0.2",
)


async def test_a_trunk_of_several_addresses_is_asked_at_the_next_one_first_when_one_fails(company, credentials) -> None:
    now = 0.0
    async with NameServer(*SERVICES) as server:
        locator = Locator(NameService([server.address]))
        by_name = two_trunks(company, host="carrier.test", port=0)
        trunks = Trunks(by_name, credentials, clock=lambda: now, locator=locator)
        await trunks.resolve()
    carrier = by_name.trunks[0]
    first = trunks.outgoing("+34600111222")
    assert (str(first.target.hop), str(first.target.uri)) == ("udp:127.0.0.1:5080", "sip:+34600111222@carrier.test")
    assert trunks.failed(carrier, first.target.hop)
    second = trunks.outgoing("+34600111222")
    assert (second.trunk.name, str(second.target.hop)) == ("carrier", "udp:127.0.0.2:5082")
    assert not trunks.failed(carrier, second.target.hop)
    assert trunks.outgoing("+34600111222").trunk.name == "backup"
    now = 31.0
    assert str(trunks.outgoing("+34600111222").target.hop) == "udp:127.0.0.1:5080"


def test_a_group_shares_its_calls_by_weight_and_stands_where_its_first_trunk_does(company, credentials) -> None:
    one = company.trunks[0]
    group = {"a": 3, "b": 1, "last": 0}
    trunks_ = [one.model_copy(update={"name": name, "group": "spain", "weight": group[name]}) for name in group]
    alone = one.model_copy(update={"name": "alone"})
    grouped = company.model_copy(update={"trunks": (trunks_[0], alone, *trunks_[1:])})
    trunks = Trunks(grouped, credentials, clock=lambda: 0.0, chance=Random(7).random)
    firsts = []
    for _ in range(4000):
        with trunks.outgoing("+34600111222") as line:
            firsts.append(line.trunk.name)
    assert set(firsts) == {"a", "b"}
    assert 0.70 < firsts.count("a") / len(firsts) < 0.80
    trunks.unanswered("a")
    trunks.unanswered("b")
    assert trunks.outgoing("+34600111222").trunk.name == "last"
    trunks.unanswered("last")
    assert trunks.outgoing("+34600111222").trunk.name == "alone"


def test_configuring_keeps_count(trunks, company, credentials) -> None:
    trunks.outgoing("+34600111222")
    trunks.configure(two_trunks(company), credentials)
    assert trunks.in_use("carrier") == 1


@pytest.mark.parametrize(
    ("headers", "caller"),
    [
        ({"user": "+34600111222"}, Caller("+34600111222", None)),
        ({"user": "600111222"}, Caller("+34600111222", None)),
        ({"from_": '"Carmen  Ruiz" <sip:+34600111222@x.example>;tag=1'}, Caller("+34600111222", "Carmen Ruiz")),
        ({"from_": '"+34600111222" <sip:+34600111222@x.example>;tag=1'}, Caller("+34600111222", None)),
        ({"from_": "<tel:+34600111222>;tag=1"}, Caller("+34600111222", None)),
        (
            {"user": "+34910009999", "p_asserted_identity": '"Carmen" <sip:+34600111222@x.example>'},
            Caller("+34600111222", "Carmen"),
        ),
        (
            {"from_": "<sip:anonymous@anonymous.invalid>;tag=1", "p_asserted_identity": "<tel:+34600111222>"},
            Caller("+34600111222", None),
        ),
        (
            {"user": "+34600111222", "p_asserted_identity": "<tel:+34600111222>", "privacy": "id;critical"},
            Caller(None, None),
        ),
        ({"user": "+34600111222", "privacy": "none"}, Caller("+34600111222", None)),
        ({"from_": '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1'}, Caller(None, None)),
        ({"user": "Restricted"}, Caller(None, None)),
        ({"user": "+34600111222", "p_asserted_identity": "garbage"}, Caller("+34600111222", None)),
        (
            {"from_": b'"Jos\xe9" <sip:+34600111222@x.example>;tag=1'.decode("utf-8", "surrogateescape")},
            Caller("+34600111222", "José"),
        ),
        (
            {"from_": '"\u202eruoY\x07 \x1b[1mbank\u200b" <sip:+34600111222@carrier.example>;tag=c'},
            Caller("+34600111222", "ruoY [1mbank"),
        ),
    ],
)
def test_who_calls_in(headers, caller) -> None:
    assert caller_of(request("INVITE", **headers)) == caller


def test_calls_a_second_are_bounded_except_in_an_emergency(company, credentials) -> None:
    now = 0.0
    trunks = Trunks(two_trunks(company, max_calls_per_s=2), credentials, clock=lambda: now)
    taken = [trunks.outgoing("+34600111222").trunk.name for _ in range(3)]
    assert taken == ["carrier", "carrier", "backup"]
    assert trunks.outgoing("112", emergency=True).trunk.name == "carrier"
    now = 0.5
    assert [trunks.outgoing("+34600111222").trunk.name for _ in range(2)] == ["carrier", "backup"]


@pytest.mark.parametrize(
    ("number_format", "number", "dialled"),
    [
        ("e164", "+34600111222", "+34600111222"),
        ("digits", "+34600111222", "34600111222"),
        ("national", "+34600111222", "600111222"),
        ("national", "+442079460123", "00442079460123"),
        ("national", "112", "112"),
        ("digits", "112", "112"),
    ],
)
def test_a_number_as_the_trunk_wants_it(company, credentials, number_format, number, dialled) -> None:
    trunks = Trunks(two_trunks(company, number_format=number_format), credentials)
    target = trunks.outgoing(number, emergency=number == "112").target
    assert target.uri.user == dialled
    assert target.party.number == number
