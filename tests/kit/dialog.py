"""The SIP side of one call: its dialog and its offers and answers (RFC 3261 §12–15, RFC 3264, RFC 3311)."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tests.kit import sdp
from tests.kit.change import Change
from tests.kit.errors import NothingCameError
from tests.kit.heard import Heard, Quality
from tests.kit.message import Message, parameter, response_to, uri_of, user_of
from tests.kit.rtp import AudioStream, Destination
from tests.kit.transport import Address

if TYPE_CHECKING:
    from tests.kit.phone import Phone

ATTEMPTS = 3  # with the answers to two challenges
ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REFER, NOTIFY"


class Dialog:
    """State and messages of a call; ``Call`` adds what a person does with it.

    Times are time.monotonic() of the messages' arrival. ``provisionals``: (time, status) before the answer;
    ``failure``: (status, reason) of a refusal; ``end_reason``: the Reason header (RFC 3326) of what ended it;
    ``notified``: statuses that NOTIFYs of our REFER brought; ``info_digits``: digits that came by INFO;
    ``reoffers``: (time, method, direction) of each re-INVITE and UPDATE that came.
    """

    def __init__(self, phone: Phone, *, outgoing: bool) -> None:
        self.phone = phone
        self.is_outgoing = outgoing
        self.stream = AudioStream(phone.bind[0], phone.sound)
        self.heard = Heard(lambda: self.stream.received)
        self.call_id = f"{secrets.token_hex(12)}@kit"
        self.local_tag, self.remote_tag = secrets.token_hex(6), ""
        self.local_party, self.remote_party, self.remote_target = "", "", ""
        self.routes: list[str] = []
        self.cseq = secrets.randbelow(1000) + 1
        self.invite: Message | None = None
        self.invite_source: Address = phone.server
        self.started_at = time.monotonic()
        self.invited_at = 0.0
        self.provisionals: list[tuple[float, int]] = []
        self.answered_at: float | None = None
        self.acknowledged_at: float | None = None
        self.ended_at: float | None = None
        self.ended_by_peer = False
        self.failure: tuple[int, str] | None = None
        self.end_reason: str | None = None
        self.notified: list[int] = []
        self.info_digits = ""
        self.reoffers: list[tuple[float, str, str]] = []
        self.direction = "sendrecv"
        self.remote: sdp.Audio | None = None
        self.announced: Address | None = None
        self._session, self._version = secrets.randbits(30), 1
        self._ack: tuple[Message, Address] | None = None
        self._change = Change()
        self._offerless = False
        self._vanished = False
        self._given_up = False

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def quality(self) -> Quality:
        return self.heard.quality

    async def until(self, condition: Callable[[], bool], timeout: float, what: str) -> None:
        """Wait until ``condition`` holds. Raises NothingCameError naming ``what``."""
        await self._change.until(condition, timeout, lambda: f"{self}: {what}")

    def _changed(self) -> None:
        self._change.tell()

    def __repr__(self) -> str:
        arrow = "→" if self.is_outgoing else "←"
        state = "over" if self.is_over else "up" if self.is_answered else "setting up"
        return f"{self.phone.user} {arrow} {user_of(uri_of(self.remote_party)) or self.remote_party} ({state})"

    def owns(self, message: Message) -> bool:
        if message.get("Call-ID") != self.call_id or self.invite is None:
            return False
        tag = parameter(message["To"], "tag")
        return tag == self.local_tag or (tag is None and message.method in {"CANCEL", "ACK"})

    # --- Outgoing ---------------------------------------------------------------------------------------------------

    def dial(
        self,
        uri: str,
        *,
        from_: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        offer: bool = True,
        announced: Address | None = None,
        body: bytes | None = None,
    ) -> None:
        """Send the INVITE and go on in the background.

        ``announced``: an address for the SDP that is not ours; ``body``: any octets in place of a description.
        """
        self.announced = announced
        me = from_ or f"<{self.phone.address_of_record}>"
        self.local_party = f"{me};tag={self.local_tag}"
        self.remote_party = f"<{uri}>"
        self.remote_target = uri
        self._offerless = body is None and not offer
        self.phone.spawn(self._dial(uri, list(headers), offer, body))

    async def _dial(self, uri: str, headers: list[tuple[str, str]], offer: bool, body: bytes | None) -> None:
        try:
            for attempt in range(ATTEMPTS):
                self.invite = self._request("INVITE", uri, headers)
                self.invited_at = time.monotonic()
                if body is not None:
                    self.invite.headers.append(("Content-Type", "application/sdp"))
                    self.invite.body = body
                elif offer:
                    self._put_description(self.invite)
                self.phone.authorize(self.invite)
                final = await self._invite(self.invite)
                if final is None:
                    return
                self._acknowledge_failure(self.invite, final)
                again = final.status in (401, 407) and self.phone.take_challenge(final, self.invite)
                if not again or self.is_over or attempt == ATTEMPTS - 1:
                    self._fail(final.status, final.reason)
                    return
        except NothingCameError as error:
            self._fail(408, str(error))

    async def _invite(self, invite: Message) -> Message | None:
        """Run one INVITE; its failure, or None when it was answered."""
        async for response, at in self.phone.endpoint.request(invite, self.phone.server):
            if response.status < 200:
                if response.status > 100:
                    self._learn(response)
                    self._take_description(response.body)
                self.provisionals.append((at, response.status))
                self._changed()
            elif response.status < 300:
                self._learn(response)
                self._take_description(response.body)
                self._acknowledge(invite, response)
                if self._given_up:
                    self._end(by_peer=False)
                    await self._bye()
                else:
                    self.answered_at = at
                    self._changed()
                return None
            else:
                return response
        return None

    def _learn(self, response: Message) -> None:
        self.remote_party = response["To"]
        self.remote_tag = parameter(response["To"], "tag") or ""
        if response.get("Contact"):
            self.remote_target = uri_of(response["Contact"])
        self.routes = list(reversed(response.all("Record-Route")))

    def _acknowledge(self, invite: Message, response: Message) -> None:
        ack = self._request("ACK", self.remote_target, [], cseq=invite.cseq)
        if self._offerless and response.body:
            self._put_description(ack)
        self._ack = (ack, self._hop())
        self.phone.endpoint.send(*self._ack)

    def acknowledge_again(self, response: Message) -> None:
        if self._ack is not None and self._ack[0].cseq == response.cseq and not self._vanished:
            self.phone.endpoint.send(*self._ack)

    def _acknowledge_failure(self, invite: Message, response: Message) -> None:
        ack = Message(f"ACK {invite.uri} SIP/2.0")
        ack.headers = [
            ("Via", invite["Via"]),
            ("Max-Forwards", "70"),
            ("From", invite["From"]),
            ("To", response["To"]),
            ("Call-ID", invite["Call-ID"]),
            ("CSeq", f"{invite.cseq} ACK"),
        ]
        self.phone.endpoint.send(ack, self.phone.server)

    def cancel(self) -> None:
        """Give up before the answer (RFC 3261 §9)."""
        self._given_up = True
        invite = self.invite
        assert invite is not None
        cancel = Message(f"CANCEL {invite.uri} SIP/2.0")
        cancel.headers = [
            (name, value)
            for name, value in invite.headers
            if name.lower() in {"via", "max-forwards", "from", "to", "call-id", "route"}
        ]
        cancel.headers.append(("CSeq", f"{invite.cseq} CANCEL"))
        self.phone.spawn(self._send_quietly(cancel, self.phone.server))

    # --- Incoming ---------------------------------------------------------------------------------------------------

    def take_invite(self, message: Message, source: Address, at: float) -> None:
        """Become the call that this INVITE asks for."""
        self.invite, self.invite_source, self.invited_at = message, source, at
        self.call_id = message["Call-ID"]
        self.remote_party = message["From"]
        self.remote_tag = parameter(message["From"], "tag") or ""
        self.local_party = f"{message['To']};tag={self.local_tag}"
        self.remote_target = uri_of(message["Contact"])
        self.routes = message.all("Record-Route")
        if message.body:
            self._take_description(message.body, send=False)
        else:
            self._offerless = True

    def trying(self) -> None:
        self._respond(100)

    def ring(self) -> None:
        """180 without sound."""
        self._respond(180)

    def ring_early(self) -> None:
        """183 with sound: what is said is heard before the answer (RFC 3960)."""
        self._respond(183, describe=True)
        self._start_sending()

    def _respond(self, status: int, describe: bool = False, headers: Sequence[tuple[str, str]] = ()) -> Message:
        assert self.invite is not None
        message = response_to(self.invite, status, to_tag=self.local_tag)
        if 100 < status < 300:
            message.headers.append(("Contact", self.phone.contact))
        message.headers += [("User-Agent", "kit"), *headers]
        if describe:
            self._put_description(message)
        self.phone.endpoint.send(message, self.invite_source)
        return message

    # --- What comes within the dialog -------------------------------------------------------------------------------

    def on_request(self, message: Message, source: Address, at: float) -> None:
        """A request of the other side that belongs to this call."""
        if self._vanished:
            return
        match message.method:
            case "ACK":
                self.acknowledged_at = at
                if self._offerless and message.body:
                    self._take_description(message.body)
                self._changed()
            case "CANCEL":
                self._reply(message, source, 200)
                if not self.is_answered and not self.is_over:
                    self.end_reason = message.get("Reason")
                    self._respond(487)
                    self.failure = (487, "cancelled")
                    self._end(by_peer=True)
            case "BYE":
                self._reply(message, source, 200)
                self.end_reason = message.get("Reason")
                self._end(by_peer=True)
            case "INVITE" | "UPDATE":
                self._take_reoffer(message, source, at)
            case "INFO":
                text = message.body.decode("utf-8", "replace")
                self.info_digits += text.split("Signal=", 1)[-1].strip()[:1]
                self._reply(message, source, 200)
            case "NOTIFY":
                self._reply(message, source, 200)
                line = message.body.decode("utf-8", "replace").strip().split("\r\n")[0].split(" ")
                if len(line) > 1 and line[1].isdigit():
                    self.notified.append(int(line[1]))
            case "OPTIONS":
                self._reply(message, source, 200)
            case _:
                self._reply(message, source, 501)
        self._changed()

    def _take_reoffer(self, message: Message, source: Address, at: float) -> None:
        response = response_to(message, 200, to_tag=self.local_tag)
        response.headers.append(("Contact", self.phone.contact))
        if message.get("Contact"):
            self.remote_target = uri_of(message["Contact"])
        if message.body:
            self._take_description(message.body)
            assert self.remote is not None
            self.direction = sdp.OPPOSITE[self.remote.direction]
            self._start_sending()
        self.reoffers.append((at, message.method, self.remote.direction if self.remote and message.body else "none"))
        if message.body or message.method == "INVITE":
            self._version += 1
            self._offerless = not message.body
            self._put_description(response)
        self.phone.endpoint.send(response, source)

    def _reply(self, message: Message, source: Address, status: int) -> None:
        self.phone.endpoint.send(response_to(message, status, to_tag=self.local_tag), source)

    # --- Pieces -----------------------------------------------------------------------------------------------------

    async def _bye(self) -> None:
        with contextlib.suppress(NothingCameError):
            await self.phone.endpoint.final(self._request("BYE", self.remote_target), self._hop())

    async def _send_quietly(self, message: Message, to: Address) -> None:
        with contextlib.suppress(NothingCameError):
            await self.phone.endpoint.final(message, to)

    def _hop(self) -> Address:
        return self.phone.next_hop(uri_of(self.routes[0]) if self.routes else self.remote_target)

    def _request(
        self, method: str, uri: str, headers: Sequence[tuple[str, str]] = (), cseq: int | None = None
    ) -> Message:
        if cseq is None:
            self.cseq += 1
        message = Message(f"{method} {uri} SIP/2.0")
        message.headers = [
            ("Via", self.phone.endpoint.via()),
            ("Max-Forwards", "70"),
            *(("Route", route) for route in self.routes),
            ("From", self.local_party),
            ("To", self.remote_party),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.cseq if cseq is None else cseq} {method}"),
            ("Contact", self.phone.contact),
            ("User-Agent", "kit"),
            ("Allow", ALLOW),
            *headers,
        ]
        return message

    def _put_description(self, message: Message, address: str | None = None) -> None:
        host, port = self.announced or (self.stream.address, self.stream.port)
        codecs = self.phone.codecs
        if self.remote is not None:
            spoken = [name for _, name in self.remote.codecs if name in codecs]
            codecs = (*spoken, *(name for name in codecs if name not in spoken))
        if self.remote is not None and self.remote.telephone_event is not None:
            self.heard.telephone_event = self.remote.telephone_event
        ours = sdp.Ours(address or host, port, codecs, self.direction, self.heard.telephone_event, self.phone.crypto)
        message.headers.append(("Content-Type", "application/sdp"))
        message.body = sdp.build(ours, self._session, self._version)

    def _take_description(self, body: bytes, send: bool = True) -> None:
        if not body:
            return
        self.remote = sdp.parse(body)
        if send:
            self._start_sending()

    def _start_sending(self) -> None:
        remote = self.remote
        if remote is None or remote.port == 0 or self._vanished:
            return
        number, name = remote.chosen(self.phone.codecs)
        to = Destination((remote.address, remote.port), number, name, remote.telephone_event)
        silent = self.direction in ("recvonly", "inactive") or remote.address == "0.0.0.0"
        held = self.direction == "sendonly"
        self.stream.send_to(None if silent or held else to)

    def _end(self, by_peer: bool) -> None:
        if self.is_over:
            return
        self.ended_at = time.monotonic()
        self.ended_by_peer = by_peer
        self.stream.send_to(None)
        self._changed()

    def _fail(self, status: int, reason: str) -> None:
        self.failure = (status, reason)
        self._end(by_peer=status != 487)
