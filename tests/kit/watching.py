"""What a telephone watches by SUBSCRIBE (RFC 6665): a busy lamp (RFC 4235), its box (RFC 3842)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Self
from xml.etree import ElementTree

from tests.kit.change import Change
from tests.kit.errors import CallFailedError, NothingCameError
from tests.kit.message import Message, parameter, response_to, uri_of
from tests.kit.transport import Address

if TYPE_CHECKING:
    from tests.kit.phone import Phone

DIALOG_INFO = "{urn:ietf:params:xml:ns:dialog-info}"
WAITING = re.compile(r"^Voice-Message:\s*(\d+)/(\d+)", re.IGNORECASE | re.MULTILINE)
END_S = 2.0


class Watch:
    """One subscription of ``phone`` to ``watched``.

    ``told``: the body of every NOTIFY, oldest first; ``state``: the latest Subscription-State header. Subclasses say
    what the bodies mean.
    """

    PACKAGE = ""
    ACCEPT = ""

    def __init__(self, phone: Phone, watched: str) -> None:
        self.phone = phone
        self.watched = watched
        self.told: list[bytes] = []
        self.state = ""
        self._target = phone.target(watched)
        self._call_id = f"{secrets.token_hex(12)}@kit"
        self._tag, self._remote_tag = secrets.token_hex(6), ""
        self._cseq = 0
        self._change = Change()

    @classmethod
    async def start(cls, phone: Phone, watched: str, expires: int = 600) -> Self:
        """Subscribe and wait for the state that is told at once. Raises CallFailedError when refused."""
        watch = cls(phone, watched)
        phone.watches.append(watch)
        try:
            await watch.subscribe(expires)
        except BaseException:
            phone.watches.remove(watch)
            raise
        await watch.until_told(1)
        return watch

    @property
    def is_over(self) -> bool:
        """Whether the server has said that no more comes."""
        return self.state.startswith("terminated")

    async def subscribe(self, expires: int) -> Message:
        """SUBSCRIBE, again within the subscription to refresh or, with 0, to end it. Raises CallFailedError."""

        def build() -> Message:
            self._cseq += 1
            me, to = self.phone.address_of_record, f"<{self.phone.target(self.watched)}>"
            headers = [
                ("Via", self.phone.endpoint.via()),
                ("Max-Forwards", "70"),
                ("From", f"<{me}>;tag={self._tag}"),
                ("To", f"{to};tag={self._remote_tag}" if self._remote_tag else to),
                ("Call-ID", self._call_id),
                ("CSeq", f"{self._cseq} SUBSCRIBE"),
                ("Contact", self.phone.contact),
                ("Event", self.PACKAGE),
                ("Accept", self.ACCEPT),
                ("Expires", str(expires)),
                ("User-Agent", "kit"),
            ]
            return Message(f"SUBSCRIBE {self._target} SIP/2.0", headers)

        response = await self.phone.authenticated(build)
        if response.status >= 300:
            raise CallFailedError(response.status, response.reason)
        self._remote_tag = parameter(response["To"], "tag") or ""
        self._target = uri_of(response["Contact"]) if response.get("Contact") else self._target
        return response

    async def end(self) -> None:
        """Unsubscribe and wait for the last NOTIFY; never raises, so that a test can end with it."""
        if not self.is_over:
            with contextlib.suppress(NothingCameError, CallFailedError, TimeoutError):
                await asyncio.wait_for(self.subscribe(0), END_S)
                await self._until(lambda: self.is_over, END_S, "the end")
        if self in self.phone.watches:
            self.phone.watches.remove(self)

    async def until_told(self, times: int, timeout: float = 5.0) -> None:
        """Wait until so many NOTIFYs have come in all. Raises NothingCameError."""
        await self._until(lambda: len(self.told) >= times, timeout, f"NOTIFY {times}")

    def owns(self, message: Message) -> bool:
        """Whether the NOTIFY is of this subscription; it may come before the answer to SUBSCRIBE (§4.1.2.4)."""
        return message.get("Call-ID") == self._call_id and parameter(message["To"], "tag") == self._tag

    def on_notify(self, message: Message, source: Address) -> None:
        """One NOTIFY: answered and kept."""
        self._remote_tag = self._remote_tag or parameter(message["From"], "tag") or ""
        self.state = message.get("Subscription-State") or ""
        self.told.append(message.body)
        self.phone.endpoint.send(response_to(message, 200), source)
        self._change.tell()

    async def _until(self, condition: Callable[[], bool], timeout: float, what: str) -> None:
        await self._change.until(condition, timeout, lambda: f"{self}: {what}; told: {self.told[-5:]}")

    def __repr__(self) -> str:
        return f"{self.phone.user} watches {self.PACKAGE} of {self.watched}"


class Lamp(Watch):
    """A key with a busy lamp: ``shown`` is the state of the dialog, ``terminated`` (off), ``trying``, ``early``
    (rings), ``confirmed`` (on)."""

    PACKAGE = "dialog"
    ACCEPT = "application/dialog-info+xml"

    @property
    def history(self) -> list[str]:
        """Every state that was told, oldest first."""
        return [_dialog(body).findtext(f"{DIALOG_INFO}state") or "" for body in self.told]

    @property
    def shown(self) -> str:
        return self.history[-1]

    @property
    def rings_with(self) -> dict[str, str]:
        """The attributes of the dialog as told last (``call-id``, ``local-tag``, ``remote-tag``, ``direction`` …)."""
        return dict(_dialog(self.told[-1]).attrib)

    async def shows(self, state: str, timeout: float = 5.0) -> None:
        """Wait until it is so. Raises NothingCameError with what it has shown."""
        await self._until(lambda: self.shown == state, timeout, state)


class Box(Watch):
    """The lamp of messages waiting: ``counts`` is (new, old)."""

    PACKAGE = "message-summary"
    ACCEPT = "application/simple-message-summary"

    @property
    def counts(self) -> tuple[int, int] | None:
        """As told last; None while the server does not say."""
        found = WAITING.search(self.told[-1].decode())
        return (int(found[1]), int(found[2])) if found else None

    async def holds(self, new: int, old: int, timeout: float = 5.0) -> None:
        """Wait until it holds so many messages. Raises NothingCameError with what was told."""
        await self._until(lambda: self.counts == (new, old), timeout, f"{new} new and {old} old")


def _dialog(body: bytes) -> ElementTree.Element:
    dialog = ElementTree.fromstring(body).find(f"{DIALOG_INFO}dialog")
    assert dialog is not None, body
    return dialog
