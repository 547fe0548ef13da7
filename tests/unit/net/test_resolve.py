"""RFC 3263: from a URI to hops, by a real name server."""

import pytest

from pbx.net.errors import ResolveError
from pbx.net.name_service import NameService, Service
from pbx.net.resolve import Locator, drawn
from pbx.sip.uri import parse_uri
from tests.kit.name_server import NameServer

ADDRESSES = ("a.test 60 IN A 192.0.2.1", "b.test 60 IN A 192.0.2.2", "b.test 60 IN AAAA 2001:db8::2")
SERVICES = (
    "_sip._udp.carrier.test 60 IN SRV 20 0 5090 b.test.",
    "_sip._udp.carrier.test 60 IN SRV 10 0 5080 a.test.",
    "_sip._tcp.carrier.test 60 IN SRV 10 0 5070 a.test.",
    "_sips._tcp.carrier.test 60 IN SRV 10 0 5071 a.test.",
)


async def located(text, *records, **options):
    async with NameServer(*records) as server:
        locator = Locator(NameService([server.address]), **options)
        return [f"{hop}/{hop.name}" for hop in await locator.locate(parse_uri(text))]


@pytest.mark.parametrize(
    ("uri", "hops"),
    [
        ("sip:192.0.2.9", ["udp:192.0.2.9:5060/"]),
        ("sip:[2001:db8::9]:5062;transport=tcp", ["tcp:[2001:db8::9]:5062/"]),
        ("sips:192.0.2.9", ["tls:192.0.2.9:5061/"]),
        ("sip:x;maddr=192.0.2.9", ["udp:192.0.2.9:5060/"]),
        ("sip:a.test", ["udp:192.0.2.1:5060/a.test"]),
        ("sip:a.test:5062", ["udp:192.0.2.1:5062/a.test"]),
        ("sip:a.test;transport=tls", ["tls:192.0.2.1:5061/a.test"]),
        ("sip:b.test", ["udp:192.0.2.2:5060/b.test", "udp:[2001:db8::2]:5060/b.test"]),
        (
            "sip:carrier.test;transport=udp",
            [
                "udp:192.0.2.1:5080/carrier.test",
                "udp:192.0.2.2:5090/carrier.test",
                "udp:[2001:db8::2]:5090/carrier.test",
            ],
        ),
        ("sip:carrier.test;transport=tcp", ["tcp:192.0.2.1:5070/carrier.test"]),
        ("sips:carrier.test", ["tls:192.0.2.1:5071/carrier.test"]),
    ],
)
async def test_where_a_uri_leads(uri, hops):
    assert await located(uri, *ADDRESSES, *SERVICES) == hops


async def test_without_naptr_every_transport_that_has_services_is_tried():
    assert await located("sip:carrier.test", *ADDRESSES[:2], *SERVICES) == [
        "udp:192.0.2.1:5080/carrier.test",
        "udp:192.0.2.2:5090/carrier.test",
        "tcp:192.0.2.1:5070/carrier.test",
    ]


async def test_naptr_says_which_transport_comes_first():
    pointers = (
        'carrier.test 60 IN NAPTR 50 50 "s" "SIP+D2U" "" _sip._udp.carrier.test.',
        'carrier.test 60 IN NAPTR 20 50 "s" "SIPS+D2T" "" _sips._tcp.carrier.test.',
        'carrier.test 60 IN NAPTR 10 50 "s" "SIP+D2S" "" _sip._sctp.carrier.test.',
    )
    assert await located("sip:carrier.test", *ADDRESSES[:2], *SERVICES, *pointers) == [
        "tls:192.0.2.1:5071/carrier.test",
        "udp:192.0.2.1:5080/carrier.test",
        "udp:192.0.2.2:5090/carrier.test",
    ]


async def test_a_service_that_is_not_offered_and_one_that_has_no_address_lead_nowhere():
    records = (
        "_sip._udp.carrier.test 60 IN SRV 10 0 5080 nowhere.test.",
        "_sip._tcp.carrier.test 60 IN SRV 10 0 0 .",
        "carrier.test 60 IN A 192.0.2.7",
    )
    assert await located("sip:carrier.test", *records) == ["udp:192.0.2.7:5060/carrier.test"]


async def test_an_answer_is_remembered():
    async with NameServer(*ADDRESSES, *SERVICES) as server:
        locator = Locator(NameService([server.address]))
        for _ in range(3):
            await locator.locate(parse_uri("sip:carrier.test;transport=tcp"))
        assert server.asked.count(("_sip._tcp.carrier.test", "SRV")) == 1
        assert server.asked.count(("a.test", "A")) == 1


async def test_a_name_that_nobody_knows():
    with pytest.raises(ResolveError):
        await located("sip:nobody.invalid", *ADDRESSES)


def test_weights_are_shares():
    """RFC 2782: of the same priority each comes first as often as its weight says."""
    services = [Service(10, 30, 1, "a"), Service(10, 10, 1, "b"), Service(5, 0, 1, "c"), Service(10, 0, 1, "d")]
    firsts = [[one.target for one in drawn(services, lambda at=at: (at + 0.5) / 100)][1] for at in range(100)]
    assert (firsts.count("a"), firsts.count("b"), firsts.count("d")) == (75, 25, 0)
    assert [one.target for one in drawn(services, lambda: 0.0)] == ["c", "d", "b", "a"]
