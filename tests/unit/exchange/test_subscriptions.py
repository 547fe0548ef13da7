"""Busy lamps, messages waiting and presence by SUBSCRIBE and NOTIFY (RFC 6665, 4235, 3842, 3863)."""

import asyncio
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from pbx.calls.party import Party
from pbx.events import Event, VoicemailRecorded
from pbx.exchange.snapshot import Snapshot
from pbx.exchange.subscriptions import MOST_PER_PERSON, Subscriptions
from pbx.routing.authentication import FromPhone, Refused
from store.credentials import Credentials
from tests.unit.net.network import House as Network
from tests.unit.net.network import Peer

DIALOG = "{urn:ietf:params:xml:ns:dialog-info}"


@dataclass
class Registered:
    on: set[str] = field(default_factory=set)

    def is_reachable(self, extension):
        return extension in self.on


@dataclass
class Boxes:
    counts: dict = field(default_factory=dict)

    async def mailbox(self, box):
        return self.counts.get(box)


class Watching:
    """Subscriptions of the demo company behind a real user agent in virtual time, and a telephone of Ana."""

    def __init__(self, company):
        self.network = Network()
        snapshot = self.snapshot = Snapshot.of(company, Credentials("centralita", {}, {}))
        self.legs, self.registrar, self.boxes = [], Registered(), Boxes()
        self.people = snapshot.extensions
        self.subscriptions = Subscriptions(
            lambda: snapshot,
            self,
            self.registrar,
            lambda: self.legs,
            self.boxes,
            "pbx.example",
            clock=self.network.clock.time,
        )
        self.network.agent.on_request = self.subscriptions.serve
        self.subscriptions.use(self.network.agent)
        self.phone = Peer(self.network)

    def who(self, request, source, now, by_address=True):
        assert not by_address
        person = self.people.get(request.headers.get("x-user") or "")
        return FromPhone(person) if person else Refused(401, "Unauthorized", (("www-authenticate", "Digest"),))

    def leg(self, extension, *, up=False, incoming=False):
        party = Party(extension, extension=extension)
        leg = SimpleNamespace(
            party=party,
            is_up=up,
            is_incoming=incoming,
            is_gone=False,
            has_rung=False,
            shown_to=set(),
            session=SimpleNamespace(call_id="ringing", local_tag="ours", remote_tag="theirs"),
        )
        self.legs.append(leg)
        return leg

    async def subscribe(self, event, target="102", user="101", **options):
        headers = [("Event", event), ("X-User", user), ("Expires", str(options.pop("expires", 600)))]
        headers += options.pop("headers", [])
        cseq = options.pop("cseq", 1)
        uri = f"sip:{target}@10.0.0.1"
        request = self.phone.request("SUBSCRIBE", uri=uri, headers=tuple(headers), cseq=cseq, **options)
        self.phone.send(request)
        await self.settle()
        return self.heard()

    async def settle(self):
        for _ in range(10):
            await asyncio.sleep(0)

    def heard(self, answer=200):
        """What the telephone heard; NOTIFYs are answered."""
        messages = self.phone.take()
        for message in messages:
            if getattr(message, "method", "") == "NOTIFY":
                self.phone.respond(message, answer)
        return messages

    async def changed(self, body=None):
        self.subscriptions.heard(Event("1", 0.0, None, body))
        await asyncio.sleep(0.12)
        await self.settle()
        return self.heard()


@pytest.fixture
async def stage(aurora):  # the name makes time virtual
    watching = Watching(aurora)
    yield watching
    watching.subscriptions.stop()


def lamp(notify):
    dialog = ElementTree.fromstring(notify.body).find(f"{DIALOG}dialog")
    return dialog.find(f"{DIALOG}state").text, dialog.get("direction")


async def test_a_lamp_follows_the_telephone_that_it_watches(stage):
    accepted, notify = await stage.subscribe("dialog")
    assert (accepted.status, accepted.headers.get("expires")) == (200, "600")
    assert notify.headers.get("event") == "dialog"
    assert notify.headers.get("subscription-state") == "active;expires=600"
    assert notify.content_type == "application/dialog-info+xml"
    assert ElementTree.fromstring(notify.body).get("entity") == "sip:102@pbx.example"
    assert lamp(notify) == ("terminated", None)
    assert (notify.call_id, notify.to.tag, notify.from_.tag) == ("call1", "peer", accepted.to.tag)

    leg = stage.leg("102")
    (ringing,) = await stage.changed()
    assert lamp(ringing) == ("early", "recipient")
    leg.is_up = True
    (talking,) = await stage.changed()
    assert lamp(talking) == ("confirmed", "recipient")
    assert talking.cseq.number == ringing.cseq.number + 1
    assert ElementTree.fromstring(talking.body).get("version") == "2"
    stage.legs.clear()
    (free,) = await stage.changed()
    assert lamp(free) == ("terminated", None)
    assert await stage.changed() == []


async def test_who_dials_and_who_talks_while_it_rings_is_busy(stage):
    await stage.subscribe("dialog")
    stage.leg("102", incoming=True)
    (dialling,) = await stage.changed()
    assert lamp(dialling) == ("confirmed", "initiator")
    stage.leg("102")
    assert await stage.changed() == []


async def test_who_may_pick_up_what_rings_is_told_its_dialog(stage):
    await stage.subscribe("dialog")
    leg = stage.leg("102")
    leg.has_rung = True
    (ringing,) = await stage.changed()
    dialog = ElementTree.fromstring(ringing.body).find(f"{DIALOG}dialog")
    assert [dialog.get(name) for name in ("call-id", "local-tag", "remote-tag")] == ["ringing", "theirs", "ours"]
    assert dialog.find(f"{DIALOG}remote/{DIALOG}target").get("uri") == "sip:102@pbx.example"
    assert leg.shown_to == {"101"}
    leg.is_up = True
    (talking,) = await stage.changed()
    assert b"call-id" not in talking.body


async def test_who_may_not_pick_it_up_learns_no_dialog(stage):
    apart = {"101": stage.people["101"].model_copy(update={"pickup_group": None, "picks_up": ()})}
    stage.subscriptions._snapshot = lambda: replace(stage.snapshot, extensions={**stage.people, **apart})
    await stage.subscribe("dialog")
    leg = stage.leg("102")
    leg.has_rung = True
    (ringing,) = await stage.changed()
    assert lamp(ringing) == ("early", "recipient")
    assert b"call-id" not in ringing.body
    assert leg.shown_to == set()


async def test_a_trunk_s_number_lights_no_lamp(stage):
    await stage.subscribe("dialog")
    leg = stage.leg("102")
    leg.party = Party("102", trunk="carrier")
    assert await stage.changed() == []


async def test_messages_waiting_in_the_own_box(stage):
    stage.boxes.counts["101"] = 2, 5
    accepted, notify = await stage.subscribe("message-summary", target="101")
    assert accepted.status == 200
    assert notify.content_type == "application/simple-message-summary"
    assert notify.body == (
        b"Messages-Waiting: yes\r\nMessage-Account: sip:101@pbx.example\r\nVoice-Message: 2/5 (0/0)\r\n"
    )
    (more,) = await stage.changed(VoicemailRecorded("id", "101", None, "path", 3.0))
    assert b"Voice-Message: 3/5" in more.body
    assert await stage.changed(VoicemailRecorded("id", "100", None, "path", 3.0)) == []
    stage.boxes.counts["101"] = 0, 8
    stage.subscriptions.mailbox_changed("101")
    await stage.settle()
    (heard,) = stage.heard()
    assert heard.body.startswith(b"Messages-Waiting: no\r\n")


async def test_another_s_box_is_nobody_s_business(stage):
    (refused,) = await stage.subscribe("message-summary", target="102")
    assert refused.status == 403


async def test_an_office_that_is_away_is_asked_again(stage):
    _, notify = await stage.subscribe("message-summary", target="101")
    assert notify.body == b""
    stage.boxes.counts["101"] = 1, 0
    await asyncio.sleep(11)
    await stage.settle()
    (told,) = stage.heard()
    assert b"Voice-Message: 1/0" in told.body


async def test_presence(stage):
    _, notify = await stage.subscribe("presence")
    assert b"<basic>closed</basic>" in notify.body
    stage.registrar.on.add("102")
    (there,) = await stage.changed()
    assert b"<basic>open</basic>" in there.body
    stage.leg("102", up=True)
    (busy,) = await stage.changed()
    assert b"<basic>open</basic></status><note>On the telephone</note>" in busy.body


async def test_strangers_unknown_extensions_and_unknown_packages_are_refused(stage):
    (stranger,) = await stage.subscribe("dialog", user="")
    assert stranger.status == 401
    (nobody,) = await stage.subscribe("dialog", target="999", call_id="b")
    assert nobody.status == 404
    (unknown,) = await stage.subscribe("as-feature-event", call_id="c")
    assert unknown.status == 489
    assert unknown.headers.get("allow-events") == "message-summary, dialog, presence"
    (brief,) = await stage.subscribe("dialog", expires=10, call_id="d")
    assert (brief.status, brief.headers.get("min-expires")) == (423, "60")
    (format_,) = await stage.subscribe("dialog", headers=[("Accept", "text/plain")], call_id="e")
    assert format_.status == 406
    (bad,) = await stage.subscribe("dialog", expires="soon", call_id="f")
    assert bad.status == 400
    assert len(stage.subscriptions) == 0


async def test_a_refresh_keeps_it_and_zero_ends_it(stage):
    accepted, _ = await stage.subscribe("dialog;id=7")
    tag = accepted.to.tag
    again, notify = await stage.subscribe("dialog;id=7", to_tag=tag, cseq=2, expires=3600)
    assert (again.status, notify.headers.get("subscription-state")) == (200, "active;expires=3600")
    assert notify.headers.get("event") == "dialog;id=7"
    (old,) = await stage.subscribe("dialog;id=7", to_tag=tag, cseq=1)
    assert old.status == 500
    (foreign,) = await stage.subscribe("dialog;id=7", to_tag=tag, cseq=3, user="102")
    assert foreign.status == 481
    (other,) = await stage.subscribe("presence", to_tag=tag, cseq=4)
    assert other.status == 481
    ended, last = await stage.subscribe("dialog;id=7", to_tag=tag, cseq=5, expires=0)
    assert (ended.status, ended.headers.get("expires")) == (200, "0")
    assert last.headers.get("subscription-state").startswith("terminated")
    await stage.settle()
    assert len(stage.subscriptions) == 0
    (gone,) = await stage.subscribe("dialog;id=7", to_tag=tag, cseq=6)
    assert gone.status == 481


async def test_one_that_is_not_refreshed_ends(stage):
    await stage.subscribe("dialog", expires=60)
    stage.network.clock.advance(70)
    await asyncio.sleep(5.1)
    await stage.settle()
    (last,) = stage.heard()
    assert last.headers.get("subscription-state") == "terminated;reason=timeout"
    await stage.settle()
    assert len(stage.subscriptions) == 0


async def test_a_fetch_is_answered_once(stage):
    accepted, notify = await stage.subscribe("dialog", expires=0)
    assert accepted.status == 200
    assert notify.headers.get("subscription-state").startswith("terminated")
    await stage.settle()
    assert len(stage.subscriptions) == 0


@pytest.mark.parametrize("status", [481, 404, 500])
async def test_a_telephone_that_refuses_a_notify_is_forgotten(stage, status):
    await stage.subscribe("dialog")
    stage.leg("102")
    stage.subscriptions.heard(Event("1", 0.0, None, None))
    await asyncio.sleep(0.12)
    await stage.settle()
    stage.heard(answer=status)
    await stage.settle()
    assert len(stage.subscriptions) == 0


async def test_a_telephone_that_answers_no_notify_is_forgotten(stage):
    request = stage.phone.request("SUBSCRIBE", uri="sip:102@x", headers=(("Event", "dialog"), ("X-User", "101")))
    stage.phone.send(request)
    await stage.settle()
    stage.network.clock.advance(40)
    await stage.settle()
    assert len(stage.subscriptions) == 0


async def test_subscriptions_of_one_person_are_bounded(stage):
    for number in range(MOST_PER_PERSON):
        await stage.subscribe("dialog", call_id=f"c{number}")
        stage.network.clock.advance(0.1)  # a source has its share of requests a second
    (one_too_many,) = await stage.subscribe("dialog", call_id="last")
    assert one_too_many.status == 503
    accepted, _ = await stage.subscribe("dialog", user="102", call_id="other")
    assert accepted.status == 200
