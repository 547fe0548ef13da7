"""A kit phone's lamps against a notifier made of another kit phone's socket."""

import secrets
from collections.abc import AsyncIterator

import pytest

from tests.kit import CallFailedError, NothingCameError, Phone
from tests.kit.endpoint import Endpoint
from tests.kit.message import Message, parameter, response_to
from tests.kit.watching import Box, Lamp

LAMP = (
    '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{}" state="full" entity="sip:103@x">'
    '<dialog id="103" direction="recipient"><state>{}</state></dialog></dialog-info>'
)


class Notifier:
    """Takes every SUBSCRIBE, tells ``body`` at once and whenever asked."""

    def __init__(self) -> None:
        self.endpoint = Endpoint(self._on_request)
        self.body = ""
        self.status = 200
        self.asked: Message | None = None
        self.tag = secrets.token_hex(4)
        self.cseq = 0

    def _on_request(self, message, source, at):
        self.asked, self.source = message, source
        response = response_to(message, self.status, to_tag=self.tag)
        if self.status < 300:
            response.headers.append(("Contact", "<sip:notifier@127.0.0.1>"))
            self.tell(self.body)  # before the answer, as may happen
        self.endpoint.send(response, source)

    def tell(self, body):
        self.cseq += 1
        over = self.asked["Expires"] == "0"
        headers = [
            ("Via", self.endpoint.via()),
            ("From", f"{self.asked['To'].partition(';')[0]};tag={self.tag}"),
            ("To", self.asked["From"]),
            ("Call-ID", self.asked["Call-ID"]),
            ("CSeq", f"{self.cseq} NOTIFY"),
            ("Event", self.asked["Event"]),
            ("Subscription-State", "terminated;reason=timeout" if over else "active;expires=600"),
        ]
        self.endpoint.send(Message("NOTIFY sip:watcher@kit SIP/2.0", headers, body.encode()), self.source)


@pytest.fixture
async def notifier() -> AsyncIterator[Notifier]:
    notifier = Notifier()
    await notifier.endpoint.open("udp", ("127.0.0.1", 9), ("127.0.0.1", 0))
    yield notifier
    notifier.endpoint.close()


@pytest.fixture
async def phone(notifier: Notifier) -> AsyncIterator[Phone]:
    async with await Phone.start(notifier.endpoint.transport.local, "101") as phone:
        yield phone


async def test_a_lamp_shows_what_it_is_told(phone, notifier):
    notifier.body = LAMP.format(0, "terminated")
    lamp = await Lamp.start(phone, "103")
    assert lamp.shown == "terminated"
    notifier.tell(LAMP.format(1, "early"))
    await lamp.shows("early")
    assert lamp.rings_with["direction"] == "recipient"
    notifier.tell(LAMP.format(2, "confirmed"))
    await lamp.shows("confirmed")
    assert lamp.history == ["terminated", "early", "confirmed"]
    with pytest.raises(NothingCameError, match="confirmed"):
        await lamp.shows("terminated", 0.0)


async def test_it_ends_within_its_subscription(phone, notifier):
    notifier.body = LAMP.format(0, "terminated")
    lamp = await Lamp.start(phone, "103")
    await lamp.end()
    assert lamp.is_over
    assert parameter(notifier.asked["To"], "tag") == notifier.tag
    assert notifier.asked["Expires"] == "0"
    assert phone.watches == []


async def test_a_box_is_counted(phone, notifier):
    notifier.body = ""
    box = await Box.start(phone, "101")
    assert box.counts is None
    notifier.tell("Messages-Waiting: yes\r\nMessage-Account: 101\r\nVoice-Message: 2/1 (0/0)\r\n")
    await box.holds(2, 1)


async def test_a_refusal_has_its_status(phone, notifier):
    notifier.status = 404
    with pytest.raises(CallFailedError, match="404"):
        await Lamp.start(phone, "999")
    assert phone.watches == []
