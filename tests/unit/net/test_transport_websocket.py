"""Browsers as peers: their messages, their connections, and their coming back (RFC 7118)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pbx.ipc.browser_frames import CLOSED, MAX_BACKLOG, MAX_MESSAGE, MESSAGE, OPENED
from pbx.net import transport_websocket
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.next_hop import next_hop
from pbx.net.transport_websocket import Browsers, WebSocketTransport
from pbx.sip.message import response_to
from pbx.sip.name_address import NameAddress
from pbx.sip.parse import parse
from pbx.sip.session_events import Failed, Provisional, SessionState
from pbx.sip.uri import parse_uri
from tests.unit.net.network import House

HOST = "4kafl408l9eo.invalid"


def request(method: str = "OPTIONS", host: str = HOST, branch: str = "z9hG4bK1") -> bytes:
    return (
        f"{method} sip:centralita SIP/2.0\r\n"
        f"Via: SIP/2.0/WS {host};branch={branch}\r\n"
        "Max-Forwards: 69\r\n"
        "To: <sip:101@centralita>\r\nFrom: <sip:101@centralita>;tag=a\r\n"
        f"Call-ID: c{branch}\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n"
    ).encode()


class Office:
    """The other end of the link."""

    def __init__(self) -> None:
        self.is_open = True
        self.backlog = 0
        self.told: list[tuple[str, Any]] = []

    def notify(self, name: str, payload: Any) -> None:
        self.told.append((name, payload))


class Stage:
    def __init__(self) -> None:
        self.received: list[tuple[bytes, Hop]] = []
        self.counted: list[str] = []
        self.lost: list[int] = []
        self.browsers = Browsers()
        self.signed_out: list[frozenset[int]] = []
        self.browsers.use(
            lambda data, hop: self.received.append((data, hop)),
            self.counted.append,
            self.lost.append,
            self.signed_out.append,
        )
        self.office = Office()

    def open(self, id_: int = 1, login: str = "ana", *, secure: bool = False, **fields: Any) -> None:
        opened = {"id": id_, "login": login, "address": "192.0.2.9", "port": 50000, "secure": secure}
        self.browsers.told(self.office, OPENED, opened | fields)

    def say(self, data: object, id_: object = 1) -> None:
        self.browsers.told(self.office, MESSAGE, {"id": id_, "data": data})

    def close(self, id_: int = 1) -> None:
        self.browsers.told(self.office, CLOSED, {"id": id_})

    def hop(self) -> Hop:
        return self.received[-1][1]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_message_comes_over_a_flow_with_the_browsers_address(stage) -> None:
    stage.open()
    stage.say(request())
    ((data, hop),) = stage.received
    assert data == request()
    assert (hop.transport, hop.remote, hop.is_reliable) == ("ws", ("192.0.2.9", 50000), True)
    assert hop.connection > 0
    assert stage.browsers.login_of(hop.connection) == "ana"


def test_over_https_it_is_wss_in_the_via_and_ws_in_uris(stage) -> None:
    stage.open(secure=True)
    stage.say(request())
    assert stage.hop().transport == "wss"
    house = House()
    assert str(house.agent.contact(stage.hop())) == "sip:10.0.0.1:5060;transport=ws"


def test_requests_to_an_invalid_host_go_over_the_flow(stage) -> None:
    stage.open()
    stage.say(request())
    assert next_hop(parse_uri(f"sip:abc@{HOST};transport=ws"), stage.hop()) is stage.hop()


def test_what_is_for_a_browser_goes_to_it_alone(stage) -> None:
    stage.open(1)
    stage.open(2, "luis")
    stage.say(request(), 1)
    stage.browsers.send(b"hello", stage.hop(), None)
    assert stage.office.told == [(MESSAGE, {"id": 1, "data": b"hello"})]


def test_keep_alives_are_answered_and_go_no_further(stage) -> None:
    stage.open()
    stage.say(b"\r\n\r\n")
    stage.say(b"\r\n")
    stage.say(b"")
    assert stage.office.told == [(MESSAGE, {"id": 1, "data": b"\r\n"})]
    assert stage.received == []


def test_who_is_signed_out_is_told_of_with_every_connection_that_the_browser_has_had(stage) -> None:
    for id_ in (1, 2):
        stage.open(id_)
        stage.say(request(branch=f"z9hG4bK{id_}"), id_)
    numbers = {hop.connection for _, hop in stage.received}
    stage.close(1)
    assert stage.signed_out == []
    stage.browsers.told(stage.office, CLOSED, {"id": 2, "signed_out": True})
    stage.browsers.told(stage.office, CLOSED, {"id": 2, "signed_out": True})
    assert stage.signed_out == [numbers]
    assert set(stage.lost) == numbers


def test_another_browser_of_a_person_who_is_signed_out_in_one_stays(stage) -> None:
    for id_, host in ((1, HOST), (2, "other.invalid")):
        stage.open(id_)
        stage.say(request(host=host, branch=f"z9hG4bK{id_}"), id_)
    stage.browsers.told(stage.office, CLOSED, {"id": 1, "signed_out": True})
    assert stage.signed_out == [frozenset({stage.received[0][1].connection})]


def test_a_closed_websocket_is_told_of_once(stage) -> None:
    stage.open()
    stage.say(request())
    number = stage.hop().connection
    stage.close()
    stage.close()
    assert stage.lost == [number]
    assert stage.browsers.login_of(number) is None
    assert len(stage.browsers) == 0


def test_an_office_that_is_gone_takes_its_browsers_with_it(stage) -> None:
    stage.open(1)
    stage.open(2)
    other = Office()
    stage.browsers.told(other, OPENED, {"id": 1, "login": "x", "address": "::1", "port": 1, "secure": False})
    stage.browsers.link_lost(stage.office)
    assert len(stage.lost) == 2
    assert len(stage.browsers) == 1


async def test_sending_to_a_browser_that_is_gone_fails_later(stage) -> None:
    stage.open()
    stage.say(request())
    stage.close()
    failed = asyncio.Event()
    stage.browsers.send(b"BYE", stage.hop(), failed.set)
    assert not failed.is_set()
    await asyncio.wait_for(failed.wait(), 1)


@pytest.mark.parametrize("fault", ["backlog", "closed"])
async def test_a_link_that_does_not_take_it_fails_it(stage, fault) -> None:
    stage.open()
    stage.say(request())
    stage.office.backlog = MAX_BACKLOG + 1 if fault == "backlog" else 0
    stage.office.is_open = fault != "closed"
    failed = asyncio.Event()
    stage.browsers.send(b"BYE", stage.hop(), failed.set)
    await asyncio.wait_for(failed.wait(), 1)
    assert stage.office.told == []


def test_a_browser_that_comes_back_is_reached_over_its_new_connection(stage) -> None:
    stage.open(1)
    stage.say(request("INVITE"), 1)
    old = stage.hop()
    stage.close(1)
    stage.open(2)
    stage.say(request("REGISTER", branch="z9hG4bK2"), 2)
    stage.browsers.send(b"BYE", old, None)
    assert stage.office.told == [(MESSAGE, {"id": 2, "data": b"BYE"})]


def test_also_when_the_old_connection_is_not_known_to_be_dead_yet(stage) -> None:
    stage.open(1)
    stage.say(request(), 1)
    old = stage.hop()
    stage.open(2)
    stage.say(request(branch="z9hG4bK2"), 2)
    stage.browsers.send(b"BYE", old, None)
    assert stage.office.told == [(MESSAGE, {"id": 2, "data": b"BYE"})]


async def test_nobody_takes_over_the_calls_of_somebody_else(stage) -> None:
    stage.open(1)
    stage.say(request(), 1)
    old = stage.hop()
    stage.close(1)
    stage.open(2, "luis")
    stage.say(request(), 2)
    failed = asyncio.Event()
    stage.browsers.send(b"BYE", old, failed.set)
    await asyncio.wait_for(failed.wait(), 1)
    assert stage.office.told == []


def test_the_via_of_a_response_is_ours_and_tells_nothing(stage) -> None:
    stage.open(1)
    stage.say(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/WS 127.0.0.1:5060;branch=z9hG4bK1\r\n\r\n")
    stage.say(request())
    old = stage.hop()
    stage.close(1)
    stage.open(2)
    stage.say(request(branch="z9hG4bK3"), 2)
    stage.browsers.send(b"x", old, None)
    assert stage.office.told == [(MESSAGE, {"id": 2, "data": b"x"})]


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        (OPENED, {}),
        (OPENED, None),
        (OPENED, {"id": "1", "login": "ana", "address": "::1", "port": 1, "secure": False}),
        (OPENED, {"id": 7, "login": "", "address": "::1", "port": 1, "secure": False}),
        (OPENED, {"id": 7, "login": "x" * 65, "address": "::1", "port": 1, "secure": False}),
        (OPENED, {"id": 7, "login": "ana", "address": "", "port": 1, "secure": False}),
        (OPENED, {"id": 7, "login": "ana", "address": "::1", "port": 70000, "secure": False}),
        (OPENED, {"id": 7, "login": "ana", "address": "::1", "port": "x", "secure": False}),
        (OPENED, {"id": 1, "login": "ana", "address": "::1", "port": 1, "secure": False}),
        (MESSAGE, {"id": 9, "data": b"x"}),
        (MESSAGE, {"id": 1, "data": "text"}),
        (MESSAGE, {"id": 1, "data": b"x" * (MAX_MESSAGE + 1)}),
        (MESSAGE, {"id": [], "data": b"x"}),
        (CLOSED, {"id": []}),
        (CLOSED, 5),
    ],
)
def test_what_makes_no_sense_is_counted_and_no_more(stage, name, payload) -> None:
    stage.open(1)
    stage.browsers.told(stage.office, name, payload)
    assert stage.counted == ["browser_faults"]
    assert len(stage.browsers) == 1
    assert stage.received == []


def test_one_too_many_is_closed(stage, monkeypatch) -> None:
    monkeypatch.setattr(transport_websocket, "MAX_BROWSERS", 1)
    stage.open(1)
    stage.open(2)
    assert stage.office.told == [(CLOSED, {"id": 2})]


def test_what_is_remembered_is_bounded(stage, monkeypatch) -> None:
    monkeypatch.setattr(transport_websocket, "MAX_REMEMBERED", 3)
    for number in range(10):
        stage.open(number)
        stage.say(request(host=f"{number}.invalid"), number)
        stage.close(number)
    assert len(stage.browsers._names) == len(stage.browsers._newest) == 3


async def test_stopping_closes_every_browser_once(stage) -> None:
    stage.open(1)
    for name in ("ws", "wss"):
        await WebSocketTransport(name, stage.browsers).stop()
    assert stage.office.told == [(CLOSED, {"id": 1})]
    assert len(stage.lost) == 1


def test_a_browser_that_goes_while_it_rings_rings_no_more() -> None:
    house, stage, events = House(), Stage(), []
    stage.browsers.use(house.agent.receive, house.agent.count, house.agent.give_up_ringing, stage.signed_out.append)
    house.agent.add_transport(WebSocketTransport("ws", stage.browsers))
    stage.open(1)
    stage.open(2)
    stage.say(request(), 1)
    hop = house.requests[-1].source
    ana = NameAddress(parse_uri("sip:101@centralita"))
    session = house.agent.invite(
        parse_uri(f"sip:abc@{HOST}"), hop, from_=ana, to=ana, sdp=b"v=0\r\n", sink=events.append
    )
    invite = parse(stage.office.told[-1][1]["data"])
    assert str(invite.uri) == f"sip:abc@{HOST}"
    stage.say(response_to(invite, 180, to_tag="b").encode(), 1)
    house.clock.advance()
    assert isinstance(events[-1], Provisional)
    stage.close(2)
    assert session.state is SessionState.RINGING
    stage.close(1)
    house.clock.advance()
    assert isinstance(events[-1], Failed)
    assert events[-1].status == 503
    assert house.agent.counters()["sessions"] == house.agent.counters()["client_transactions"] == 0


def test_a_browser_has_its_own_share_and_not_its_addresss() -> None:
    house, stage = House(limits=Limits(request_burst=2, requests_per_s=0.0)), Stage()
    stage.browsers.use(house.agent.receive, house.agent.count, stage.lost.append, stage.signed_out.append)
    for id_ in (1, 2):
        stage.open(id_)
        for number in range(3):
            stage.say(request(branch=f"z9hG4bK{id_}{number}"), id_)
    assert len(house.requests) == 4
    assert house.agent.counters()["over_share"] == 2


def test_a_request_is_answered_over_its_websocket() -> None:
    house, stage = House(), Stage()
    stage.browsers.use(house.agent.receive, house.agent.count, stage.lost.append, stage.signed_out.append)
    house.agent.add_transport(WebSocketTransport("ws", stage.browsers))
    stage.open()
    stage.say(request())
    house.requests[-1].respond(200)
    name, payload = stage.office.told[-1]
    assert name == MESSAGE
    assert payload["data"].startswith(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/WS " + HOST.encode())
    assert b"received=192.0.2.9" in payload["data"]
