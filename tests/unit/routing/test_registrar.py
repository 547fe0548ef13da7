"""REGISTER, answered (RFC 3261 §10.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.events import Body, DeviceRegistered, DeviceUnregistered
from pbx.net.hop import Hop
from pbx.routing.authentication import Authenticator
from pbx.routing.errors import RegistrationRefusedError
from pbx.routing.register_request import read_register
from pbx.routing.registrar import Registrar
from pbx.routing.session_credentials import SessionCredentials
from pbx.sip.errors import MalformedError
from tests.unit.routing.phones import Received, authorization, request, udp

NOW = 1_700_000_000.0


BROWSER = Hop("ws", ("192.0.2.1", 50000), connection=3)


class Reception:
    """A registrar with a clock that is set by hand."""

    def __init__(self, company, credentials) -> None:
        self.now = NOW
        self.set_by = 0.0
        self.events: list[Body] = []
        self.reachable: list[tuple[str, bool]] = []
        self.changes = 0
        self.sessions = SessionCredentials(credentials.realm, clock=lambda: self.now)
        self.registrar = Registrar(
            company,
            Authenticator(company, credentials, sessions=self.sessions, login_of={BROWSER.connection: "ana"}.get),
            emit=lambda body, call_id: self.events.append(body),
            on_reachable=lambda extension, on: self.reachable.append((extension, on)),
            changed=self._changed,
            clock=lambda: self.now + self.set_by,
            steady=lambda: self.now,
        )
        self.cseq = 0

    def _changed(self) -> None:
        self.changes += 1

    def register(
        self, user: str = "101", *, source: Hop | None = None, password: str | None = None, username="", **headers
    ):
        source = source or udp()
        self.cseq += 1
        headers = {"user": user, "cseq": f"{self.cseq} REGISTER", "contact": f"<sip:{user}@192.0.2.1:5062>"} | headers
        challenged = Received(request(**headers), source)
        self.registrar.serve(challenged)
        assert challenged.status == 401
        challenge, password = challenged.values("www-authenticate")[0], password or f"demo-{user}"
        proof = authorization(challenge, "REGISTER", username or user, password)
        received = Received(request(**headers, authorization=proof), source)
        self.registrar.serve(received)
        return received


@pytest.fixture
async def reception(company, credentials) -> Iterator[Reception]:
    reception = Reception(company, credentials)
    yield reception
    reception.registrar.stop()


async def test_a_phone_registers(reception) -> None:
    answer = reception.register(expires="600", user_agent="Yealink T54W")
    assert answer.status == 200
    assert answer.values("contact") == ["<sip:101@192.0.2.1:5062>;expires=600"]
    assert answer.values("date") == ["Tue, 14 Nov 2023 22:13:20 GMT"]
    assert reception.events == [DeviceRegistered("101", "ana", "sip:101@192.0.2.1:5062", "Yealink T54W", 600)]
    assert reception.reachable == [("101", True)]
    assert reception.registrar.is_reachable("101")
    (target,) = reception.registrar.targets("101")
    assert str(target.uri) == "sip:101@192.0.2.1:5062"
    assert target.party.login == "ana"
    assert target.hop.remote == ("192.0.2.1", 5062)
    assert not target.secure


async def test_a_refresh_is_no_event_but_is_saved(reception) -> None:
    reception.register()
    reception.register()
    assert len(reception.events) == 1
    assert reception.reachable == [("101", True)]
    assert reception.changes == 2


async def test_a_clock_that_is_set_makes_no_registration_shorter_or_longer(reception, company, credentials) -> None:
    reception.register(expires="600")
    reception.set_by = 3600.0
    assert reception.registrar.is_reachable("101")
    document = reception.registrar.document()()
    later = Reception(company, credentials)
    later.now = NOW + 3600.0
    later.registrar.restore(document)
    assert later.registrar.is_reachable("101")
    reception.now += 601
    reception.registrar.expire()
    assert not reception.registrar.is_reachable("101")
    later.registrar.stop()


async def test_a_phone_goes(reception) -> None:
    reception.register()
    answer = reception.register(contact="<sip:101@192.0.2.1:5062>;expires=0")
    assert answer.status == 200
    assert answer.values("contact") == []
    assert reception.events[-1] == DeviceUnregistered("101", "ana", "sip:101@192.0.2.1:5062", "unregistered")
    assert reception.reachable[-1] == ("101", False)
    assert reception.registrar.targets("101") == []


async def test_all_contacts_are_listed_with_what_is_left_of_their_time(reception) -> None:
    reception.register(contact="<sip:101@192.0.2.1:5062>;q=0.5", expires="600")
    reception.now += 100
    answer = reception.register(contact="<sip:101@192.0.2.1:5063>;q=0.7", expires="600")
    assert answer.values("contact") == [
        "<sip:101@192.0.2.1:5063>;expires=600;q=0.7",
        "<sip:101@192.0.2.1:5062>;expires=500;q=0.5",
    ]
    assert answer.values("contact") == reception.register(contact=[]).values("contact")


async def test_an_instance_comes_back_as_it_was(reception) -> None:
    contact = r'<sip:101@192.0.2.1:5062>;+sip.instance="<urn:uuid:1>\\\"";reg-id=1'
    answer = reception.register(contact=contact, expires="600", supported="path, outbound")
    assert answer.values("contact") == [
        r'<sip:101@192.0.2.1:5062>;expires=600;+sip.instance="<urn:uuid:1>\\\"";reg-id=1'
    ]
    assert answer.values("require") == ["outbound"]


DESK = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
MOBILE = "urn:uuid:00000000-0000-1000-8000-000a95a0e128"


async def test_a_device_is_told_the_uri_that_leads_to_it_alone(reception) -> None:
    """RFC 5627 §5.1, §5.4: the others of the person do not ring for it."""
    for port, instance in ((5062, DESK), (5063, MOBILE)):
        contact = f'<sip:101@192.0.2.1:{port}>;+sip.instance="<{instance}>"'
        answer = reception.register(contact=contact, expires="600", supported="gruu, path")
    gruus = [value.partition(";pub-gruu=")[2] for value in answer.values("contact")]
    assert sorted(gruus) == sorted(f'"sip:101@pbx.example;gr={instance}"' for instance in (DESK, MOBILE))
    (desk,) = reception.registrar.targets("101", DESK.upper())
    assert desk.uri.port == 5062
    assert len(reception.registrar.targets("101")) == 2
    assert reception.registrar.targets("101", "urn:uuid:another") == []


@pytest.mark.parametrize(("instance", "supported"), [(DESK, "path"), ("no urn", "gruu"), ("urn:x:a;b", "gruu")])
async def test_no_gruu_without_the_wish_or_without_a_urn(reception, instance: str, supported: str) -> None:
    contact = f'<sip:101@192.0.2.1:5062>;+sip.instance="<{instance}>"'
    answer = reception.register(contact=contact, expires="600", supported=supported)
    assert "gruu" not in answer.values("contact")[0]


async def test_star_unregisters_everything(reception) -> None:
    reception.register(contact=["<sip:101@192.0.2.1:1>", "<sip:101@192.0.2.1:2>"])
    assert reception.register(contact="*", expires="0").values("contact") == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"contact": "*"}, 400),
        ({"contact": "*", "expires": "60"}, 400),
        ({"contact": ["*", "<sip:101@192.0.2.1>"], "expires": "0"}, 400),
        ({"contact": "<mailto:ana@example.com>"}, 400),
        ({"contact": "<sip:>"}, 400),
        ({"contact": [f"<sip:101@192.0.2.1:{port}>" for port in range(1, 13)]}, 400),
        ({"expires": "30"}, 423),
        ({"require": "pref"}, 420),
        ({"to": "<sip:102@pbx.example>"}, 403),
    ],
)
async def test_what_is_refused(reception, headers, status) -> None:
    answer = reception.register(**headers)
    assert answer.status == status
    assert reception.events == []
    assert reception.registrar.targets("101") == []


async def test_the_shortest_time_is_named(reception) -> None:
    assert reception.register(expires="30").values("min-expires") == ["60"]
    assert reception.register(require="a, b").values("unsupported") == ["a", "b"]


async def test_a_wrong_password_registers_nothing(reception) -> None:
    assert reception.register(password="x").status == 401
    assert reception.events == []


async def test_somebody_elses_address_of_record_is_not_taken(reception) -> None:
    assert reception.register("102", from_="<sip:101@pbx.example>;tag=1", to="<sip:101@pbx.example>").status == 403


async def test_the_carrier_registers_nothing(reception) -> None:
    assert reception.register("carrier").status == 403


async def test_a_device_expires(reception) -> None:
    reception.register(expires="60")
    reception.now += 61
    assert reception.registrar.targets("101") == []
    reception.registrar.expire()
    assert reception.events[-1] == DeviceUnregistered("101", "ana", "sip:101@192.0.2.1:5062", "expired")
    assert reception.reachable[-1] == ("101", False)


async def test_the_timer_follows_the_first_expiry(reception, monkeypatch) -> None:
    delays: list[float] = []
    loop = asyncio.get_running_loop()
    real = loop.call_later
    monkeypatch.setattr(loop, "call_later", lambda delay, *more: delays.append(delay) or real(delay, *more))
    reception.register(contact="<sip:101@192.0.2.1:1>", expires="600")
    reception.register(contact="<sip:101@192.0.2.1:2>", expires="1200")
    assert delays == [60.0]
    reception.register(contact="<sip:101@192.0.2.1:3>", expires="60")
    assert len(delays) == 2
    reception.now += 60
    reception.registrar.expire()
    assert len(reception.registrar.devices()) == 2
    assert len(delays) == 3


async def test_a_phone_behind_a_nat_is_reached_by_the_flow_it_came_by(reception) -> None:
    reception.register(contact="<sip:101@10.0.0.7:5060>", source=udp("203.0.113.9", 61000))
    (target,) = reception.registrar.targets("101")
    assert target.hop.remote == ("203.0.113.9", 61000)
    assert target.hop.symmetric


async def test_a_phone_without_rport_is_reached_where_it_listens(reception) -> None:
    reception.register(via="SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1", source=udp("192.0.2.1", 61000))
    (target,) = reception.registrar.targets("101")
    assert target.hop.remote == ("192.0.2.1", 5062)


async def test_a_browser_is_rung_with_encrypted_sound(reception) -> None:
    made = reception.sessions.issue("ana", "session", NOW + 600)
    contact = "<sip:x@abc.invalid;transport=ws>"
    reception.register(contact=contact, source=BROWSER, username=made.username, password=made.password)
    (target,) = reception.registrar.targets("101")
    assert target.secure
    reception.registrar.connection_lost(BROWSER.connection)
    assert reception.registrar.targets("101") == []


async def test_a_phone_on_a_connection_comes_again_before_that_is_idle(reception) -> None:
    contact = "<sip:101@192.0.2.2:5062;transport=tcp>"
    received = reception.register(contact=contact, expires="7200", source=Hop("tcp", ("192.0.2.2", 5062), connection=4))
    assert received.values("contact") == [f"{contact};expires=3600"]


async def test_devices_survive_a_restart(reception, company, credentials) -> None:
    reception.register(user_agent="Snom", contact='<sip:101@192.0.2.1:5062;line=5>;q=0.5;+sip.instance="<urn:uuid:1>"')
    reception.register("102", source=Hop("tcp", ("192.0.2.2", 5062), connection=4))
    later = Reception(company, credentials)
    later.now = NOW + 10
    later.registrar.restore(reception.registrar.document()())
    assert later.registrar.targets("101") == reception.registrar.targets("101")
    assert later.reachable == [("101", True)]
    assert later.events == [DeviceUnregistered("102", "luis", "sip:102@192.0.2.1:5062", "connection_lost")]
    later.registrar.stop()


@pytest.mark.parametrize(
    "document", [None, 5, {}, {"version": 1, "bindings": [{}, 5, {"extension": "101", "uri": "x"}]}]
)
async def test_a_file_that_does_not_fit_restores_nothing(reception, document) -> None:
    reception.registrar.restore(document)
    assert reception.registrar.devices() == []


async def test_somebody_who_left_is_not_rung(reception, company) -> None:
    reception.register()
    reception.registrar.configure(company.model_copy(update={"people": company.people[:1]}))
    assert reception.registrar.targets("101") == []
    assert reception.registrar.devices() == []
    assert isinstance(reception.events[-1], DeviceUnregistered)


async def test_devices_are_listed(reception) -> None:
    reception.register(expires="600")
    (device,) = reception.registrar.devices()
    assert device == {
        "extension": "101", "login": "ana", "contact": "sip:101@192.0.2.1:5062", "from": "udp:192.0.2.1:5062",
        "user_agent": "", "expires_s": 600,
    }  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60), st.from_regex(r"<sip:[a-z0-9%@:;=]{0,30}>(;(q|expires|reg-id)=[0-9.a-]{0,12}){0,3}")
    ),
    st.one_of(st.none(), st.text(max_size=15), st.integers().map(str)),
)
def test_whatever_a_register_says_only_the_documented_errors_come_out(contact, expires) -> None:
    headers = {"contact": contact} | ({} if expires is None else {"expires": expires})
    try:
        registration = read_register(request(**headers), udp())
    except (RegistrationRefusedError, MalformedError):
        return
    for asked in registration.contacts or ():
        assert asked.expires_s >= 0
        assert 0.0 <= asked.q <= 1.0
