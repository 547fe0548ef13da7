"""Registering with a carrier, and asking whether it lives (RFC 3261 §10.2, §11)."""

import asyncio

import pytest

from pbx.exchange.trunk_upkeep import TrunkUpkeep, refresh_after
from pbx.routing.trunks import Trunks
from store.credentials import Credentials, Ha1, TrunkSecret
from tests.unit.net.network import PEER, Peer
from tests.unit.net.network import House as Network

CHALLENGE = 'Digest realm="carrier", nonce="abc", algorithm=MD5, qop="auth"'


class Carrier:
    """One trunk of the demo company at a scripted peer, in virtual time."""

    def __init__(self, company):
        self.network = Network()
        self.peer = Peer(self.network)
        self.alarms = []
        self.company = company
        self.credentials = Credentials("centralita", {}, {"carrier": TrunkSecret("account", "secret", Ha1("", ""))})

    def begin(self, **settings):
        self.trunk = self.company.trunks[0].model_copy(update={"host": PEER[0], "port": PEER[1], **settings})
        backup = self.trunk.model_copy(update={"name": "backup", "register_s": 0, "check_s": 0})
        self.company = self.company.model_copy(update={"trunks": (self.trunk, backup)})
        loop = asyncio.get_running_loop()
        self.trunks = Trunks(self.company, self.credentials, clock=loop.time)
        self.upkeep = TrunkUpkeep(self.network.agent, self.trunks, lambda what, _detail: self.alarms.append(what))
        self.upkeep.configure(self.company, self.credentials)

    async def asked(self, method, within=0.0):
        """The one request of this method that came after at most ``within`` seconds."""
        await asyncio.sleep(within)
        for _ in range(10):
            await asyncio.sleep(0)
        requests = [message for message in self.peer.take() if message.method == method]
        assert len(requests) == 1, requests
        return requests[0]

    async def silent(self, seconds):
        await asyncio.sleep(seconds)
        assert self.peer.take() == []

    def answer(self, request, status, *headers):
        self.peer.respond(request, status, headers=headers)

    async def settled(self):
        for _ in range(10):
            await asyncio.sleep(0)

    @property
    def state(self):
        return self.upkeep.document()["carrier"]

    @property
    def first_choice(self):
        return self.trunks.outgoing("+34600111222").trunk.name


@pytest.fixture
async def stage(aurora):  # the name makes time virtual
    carrier = Carrier(aurora)
    yield carrier
    for task in [task for _, tasks in carrier.upkeep._tasks.values() for task in tasks]:
        task.cancel()


async def test_it_registers_with_its_credentials_and_refreshes_in_time(stage):
    stage.begin(register_s=3600)
    first = await stage.asked("REGISTER")
    assert str(first.uri) == f"sip:{PEER[0]}:{PEER[1]}"
    assert (first.to.uri.user, first.contact.uri.user) == ("account", "account")
    assert first.headers.get("expires") == "3600"
    stage.answer(first, 401, ("WWW-Authenticate", CHALLENGE))
    proven = await stage.asked("REGISTER")
    assert 'username="account"' in proven.headers.get("authorization")
    assert proven.cseq.number == first.cseq.number + 1
    stage.answer(proven, 200, ("Expires", "1800"))
    await stage.settled()
    assert stage.state == {"registered": True, "alive": None, "fault": ""}
    await stage.silent(1490)
    again = await stage.asked("REGISTER", within=20)
    assert again.call_id == first.call_id
    assert again.cseq.number > proven.cseq.number


async def test_one_that_refuses_is_asked_last_and_less_and_less_often(stage):
    stage.begin(register_s=3600)
    assert stage.first_choice == "carrier"
    stage.answer(await stage.asked("REGISTER"), 500)
    await stage.settled()
    assert stage.first_choice == "backup"
    assert stage.state["fault"] == "500 Server Internal Error"
    for pause_s in (5, 10, 20, 40):
        stage.answer(await stage.asked("REGISTER", within=pause_s + 0.1), 500)
    assert stage.alarms == ["trunk_lost"]
    stage.answer(await stage.asked("REGISTER", within=81), 200)
    await stage.settled()
    assert stage.alarms == ["trunk_lost", "trunk_back"]
    assert stage.state["registered"] is True


async def test_a_wrong_password_is_not_tried_again_and_again(stage):
    stage.begin(register_s=3600)
    for _ in range(2):
        stage.answer(await stage.asked("REGISTER"), 403)
        await stage.settled()
        await stage.silent(299)
        await asyncio.sleep(1)


async def test_the_way_that_the_registrar_names_is_that_of_the_calls(stage):
    """RFC 3608 §5."""
    stage.begin(register_s=3600)
    assert stage.trunks.outgoing("+34600111222").target.route == ()
    ways = [("Service-Route", "<sip:edge.carrier;lr>, <sip:core.carrier;lr>")]
    stage.answer(await stage.asked("REGISTER"), 200, *ways)
    await stage.settled()
    assert stage.trunks.outgoing("+34600111222").target.route == ("<sip:edge.carrier;lr>", "<sip:core.carrier;lr>")


async def test_a_carrier_that_wants_longer_registrations_gets_them(stage):
    stage.begin(register_s=60)
    stage.answer(await stage.asked("REGISTER"), 423, ("Min-Expires", "600"))
    assert (await stage.asked("REGISTER")).headers.get("expires") == "600"


async def test_a_stop_gives_the_registration_back(stage):
    stage.begin(register_s=3600)
    stage.answer(await stage.asked("REGISTER"), 200)
    await stage.settled()
    stopping = asyncio.create_task(stage.upkeep.stop())
    last = await stage.asked("REGISTER")
    assert last.headers.get("expires") == "0"
    stage.answer(last, 200)
    await stopping


async def test_signs_of_life(stage):
    stage.begin(check_s=30)
    stage.answer(await stage.asked("OPTIONS"), 404)
    await stage.settled()
    assert stage.state == {"registered": None, "alive": True, "fault": ""}
    stage.answer(await stage.asked("OPTIONS", within=30), 503)
    await stage.settled()
    assert (stage.state["alive"], stage.alarms, stage.first_choice) == (False, ["trunk_lost"], "backup")
    await asyncio.sleep(31)
    await stage.settled()
    stage.network.clock.advance(40)  # nobody answers this one
    await stage.settled()
    stage.peer.take()
    assert stage.alarms == ["trunk_lost"]
    stage.answer(await stage.asked("OPTIONS", within=30), 200)
    await stage.settled()
    assert (stage.state["alive"], stage.alarms) == (True, ["trunk_lost", "trunk_back"])
    assert stage.first_choice == "carrier"


async def test_only_what_has_changed_begins_anew(stage):
    stage.begin(register_s=3600)
    stage.answer(await stage.asked("REGISTER"), 200)
    await stage.settled()
    stage.upkeep.configure(stage.company, stage.credentials)
    await stage.silent(1)
    assert stage.state["registered"] is True
    stage.upkeep.configure(stage.company.model_copy(update={"trunks": ()}), stage.credentials)
    assert stage.upkeep.document() == {}
    assert (await stage.asked("REGISTER")).headers.get("expires") == "0"


@pytest.mark.parametrize(("granted", "pause"), [(0, 10), (60, 30), (3600, 3300)])
def test_when_it_is_refreshed(granted, pause):
    assert refresh_after(granted) == pause


async def test_a_trunk_is_tested_on_demand_and_says_what_it_answers(stage):
    stage.begin()
    testing = asyncio.create_task(stage.upkeep.test(stage.trunk))
    stage.answer(await stage.asked("OPTIONS"), 200)
    said = await testing
    assert (said["status"], said["fault"], said["address"]) == (200, "", f"{PEER[0]}:{PEER[1]}")
    testing = asyncio.create_task(stage.upkeep.test(stage.trunk))
    await stage.asked("OPTIONS")
    said = await testing
    assert (said["cause"], said["fault"]) == ("silent", "no answer within 4 s")


@pytest.mark.parametrize(
    ("status", "cause"), [(200, ""), (404, ""), (405, ""), (408, "busy"), (503, "busy"), (403, "password")]
)
async def test_what_a_trunk_answers_to_a_test_says_what_is_wrong_with_it(stage, status, cause):
    stage.begin()
    testing = asyncio.create_task(stage.upkeep.test(stage.trunk))
    stage.answer(await stage.asked("OPTIONS"), status)
    said = await testing
    assert (said["status"], said["cause"], bool(said["fault"])) == (status, cause, cause != "")


async def test_a_test_proves_the_password_and_says_when_it_is_wrong(stage):
    stage.begin()
    testing = asyncio.create_task(stage.upkeep.test(stage.trunk))
    stage.answer(await stage.asked("OPTIONS"), 401, ("WWW-Authenticate", CHALLENGE))
    proven = await stage.asked("OPTIONS")
    assert 'username="account"' in (proven.headers.get("authorization") or "")
    stage.answer(proven, 401, ("WWW-Authenticate", CHALLENGE))
    assert (await testing)["cause"] == "password"


async def test_a_trunk_that_wants_a_password_we_have_not_says_so(stage):
    stage.credentials = Credentials("centralita", {}, {})
    stage.begin()
    testing = asyncio.create_task(stage.upkeep.test(stage.trunk))
    stage.answer(await stage.asked("OPTIONS"), 401, ("WWW-Authenticate", CHALLENGE))
    assert (await testing)["cause"] == "stranger"


async def test_a_trunk_that_refuses_our_registration_cannot_be_used_though_it_answers(stage):
    stage.begin(register_s=600)
    stage.answer(await stage.asked("REGISTER"), 403)
    await stage.settled()
    testing = asyncio.create_task(stage.upkeep.test(stage.trunk))
    stage.answer(await stage.asked("OPTIONS"), 200)
    said = await testing
    assert (said["cause"], said["fault"][:3]) == ("registration", "403")
