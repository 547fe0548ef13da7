"""Telephones behind proxies, and with several flows (RFC 3327, RFC 5626 §6)."""

from __future__ import annotations

import pytest

from pbx.net.hop import Hop
from tests.unit.routing.phones import udp
from tests.unit.routing.test_registrar import Reception

PROXY = udp("192.0.2.50", 5080)
VIAS = ["SIP/2.0/UDP 192.0.2.50:5080;branch=z9hG4bK2", "SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bK1;rport"]
CONTACT = '<sip:101@10.0.0.9:5062>;+sip.instance="<urn:uuid:1>"'


@pytest.fixture
async def reception(company, credentials):
    reception = Reception(company, credentials)
    yield reception
    reception.registrar.stop()


async def test_a_call_goes_through_the_proxies_that_the_path_names(reception) -> None:
    path = ["<sip:192.0.2.51:5070;lr>, <sip:10.0.0.1;lr>"]
    answer = reception.register(source=PROXY, via=VIAS, path=path, contact=CONTACT)
    assert answer.values("path") == ["<sip:192.0.2.51:5070;lr>", "<sip:10.0.0.1;lr>"]
    assert answer.values("supported") == ["path, outbound, gruu"]
    (target,) = reception.registrar.targets("101")
    assert target.route == ("<sip:192.0.2.51:5070;lr>", "<sip:10.0.0.1;lr>")
    assert (target.hop.remote, str(target.uri)) == (("192.0.2.51", 5070), "sip:101@10.0.0.9:5062")


async def test_a_path_outlives_a_restart(reception, company, credentials) -> None:
    reception.register(source=PROXY, via=VIAS, path="<sip:192.0.2.50:5080;lr;ob>", contact=CONTACT)
    after = Reception(company, credentials)
    after.registrar.restore(reception.registrar.document()())
    assert after.registrar.targets("101") == reception.registrar.targets("101")
    after.registrar.stop()


async def test_a_device_with_two_flows_rings_over_the_newer_and_then_over_the_one_that_is_left(reception) -> None:
    for number in (1, 2):
        flow = Hop("tcp", ("192.0.2.1", 40000 + number), connection=number)
        contact = f"{CONTACT};reg-id={number}"
        answer = reception.register(source=flow, contact=contact, supported="outbound", expires=str(600 * number))
    assert answer.values("require") == ["outbound"]
    assert answer.values("flow-timer") == ["120"]
    assert [target.hop.connection for target in reception.registrar.targets("101")] == [2]
    reception.registrar.connection_lost(2)
    assert [target.hop.connection for target in reception.registrar.targets("101")] == [1]


async def test_without_outbound_a_device_has_one_way(reception) -> None:
    for number in (1, 2):
        answer = reception.register(source=udp(port=number), contact=f"{CONTACT};reg-id={number}")
    assert answer.values("require") == []
    assert answer.values("flow-timer") == []
    assert [target.hop.port for target in reception.registrar.targets("101")] == [2]


async def test_flows_need_a_first_proxy_that_keeps_them(reception) -> None:
    asks = {"source": PROXY, "via": VIAS, "contact": f"{CONTACT};reg-id=1", "supported": "path, outbound"}
    assert reception.register(path="<sip:192.0.2.50;lr>", **asks).status == 439
    assert reception.register(**asks).status == 439
    assert reception.register(path="<sip:192.0.2.50;lr;ob>", **asks).status == 200


@pytest.mark.parametrize("path", ["<tel:+34600111222>", "<sip:", ["<sip:192.0.2.50;lr>"] * 9])
async def test_a_path_that_leads_nowhere_is_refused(reception, path) -> None:
    assert reception.register(source=PROXY, via=VIAS, path=path, contact=CONTACT).status == 400
    assert reception.registrar.targets("101") == []
