"""Who watches what: busy lamps, messages waiting and presence, told to telephones by NOTIFY (RFC 6665)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import Protocol

import structlog

from pbx.background import beside
from pbx.calls.leg import Leg
from pbx.calls.pickup import ringing_dialog
from pbx.events import Event, VoicemailRecorded
from pbx.exchange.pickup_groups import picked_up_by
from pbx.exchange.snapshot import Snapshot
from pbx.net.agent import UserAgent
from pbx.net.errors import RequestTimeoutError
from pbx.net.hop import Hop
from pbx.net.incoming_request import IncomingRequest
from pbx.net.next_hop import next_hop
from pbx.routing.authentication import Authenticator, FromPhone, Refused
from pbx.routing.registrar import Registrar
from pbx.sip.errors import RemoteError
from pbx.sip.event_packages import DialogId, Lamp, dialog_info, message_summary, presence
from pbx.sip.name_address import NameAddress
from pbx.sip.subscription import ALLOW_EVENTS, Asked, Subscription, read_subscribe

log = structlog.get_logger()

MOST_PER_PERSON = 300  # a console with a lamp for everybody
MOST = 20_000
LOOK_AFTER_S = 0.1  # what happens to a call in quick succession is told once
ASK_AGAIN_S = 10.0  # while the office does not say how many messages there are
SWEEP_S = 5.0
EXPIRY_GRACE_S = 5.0  # a refresh may be on its way

Key = tuple[str, str]  # Call-ID and our tag
Count = tuple[int, int]  # new messages, old messages
Shown = tuple[Lamp, bool, DialogId | None]  # whether it was called; the dialog that rings


class Mailboxes(Protocol):
    """Knows how many messages a box holds (the office)."""

    async def mailbox(self, box: str) -> Count | None:
        """New and old messages; None when the office is away or late."""


class Features(Protocol):
    """Knows the lamps of switches, slots and rooms (`pbx.exchange.feature_lamps`)."""

    def lamp(self, watched: str) -> Lamp | None:
        """What it shows; None for what does not exist."""


class Watch:
    """One telephone's subscription: ``extension`` is whom it watches, ``owner`` whose telephone it is."""

    def __init__(self, subscription: Subscription, extension: str, owner: str, hop: Hop) -> None:
        self.subscription = subscription
        self.extension = extension
        self.owner = owner
        self.hop = hop
        self.shown: object = None  # the state that the last NOTIFY told
        self.reason = ""  # why it ends, once it is to
        self.is_due = False
        self.sending: asyncio.Task[None] | None = None

    @property
    def package(self) -> str:
        return self.subscription.asked.package


class Subscriptions:
    """Answers SUBSCRIBE from telephones of the house, and no others; sends a NOTIFY when what is watched changes.

    A box is told to its own person only. ``legs`` are the live ones; ``heard`` takes every event of the stream.
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        authenticator: Authenticator,
        registrar: Registrar,
        legs: Callable[[], Collection[Leg]],
        mailboxes: Mailboxes,
        domain: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._snapshot = snapshot
        self._authenticator = authenticator
        self._registrar = registrar
        self._legs = legs
        self._mailboxes = mailboxes
        self._domain = domain
        self._clock = clock
        self._watches: dict[Key, Watch] = {}
        self._per_owner: Counter[str] = Counter()
        self._messages: dict[str, Count] = {}
        self._looking: asyncio.TimerHandle | None = None
        self._sweeping: asyncio.TimerHandle | None = None
        self._agent: UserAgent | None = None
        self.features: Features | None = None
        """Lamps for what is not a person."""

    def __len__(self) -> int:
        return len(self._watches)

    def use(self, agent: UserAgent) -> None:
        """Send through ``agent``, from now on."""
        self._agent = agent
        self._sweep()

    def stop(self) -> None:
        """Nothing is sent any more; telephones subscribe anew when their time is over."""
        for timer in (self._looking, self._sweeping):
            if timer is not None:
                timer.cancel()
        for watch in self._watches.values():
            if watch.sending is not None:
                watch.sending.cancel()

    # --- SUBSCRIBE ----------------------------------------------------------------------------------------------------

    def serve(self, incoming: IncomingRequest) -> None:
        """Answer a SUBSCRIBE, within a subscription or new."""
        request = incoming.request
        who = self._authenticator.who(request, incoming.source, self._clock(), by_address=False)
        if isinstance(who, Refused):
            incoming.respond(who.status, who.reason, who.headers)
            return
        if not isinstance(who, FromPhone):
            incoming.respond(403)
            return
        try:
            asked = read_subscribe(request)
            if request.to.tag is not None:
                self._refresh(incoming, asked, who.person.extension)
            else:
                self._begin(incoming, asked, who.person.extension)
        except RemoteError as error:
            incoming.respond(error.status, error.reason, error.headers)

    def _begin(self, incoming: IncomingRequest, asked: Asked, owner: str) -> None:
        assert self._agent is not None
        extension = incoming.request.uri.user
        if not self._is_watchable(extension, asked.package):
            raise RemoteError("nobody has this extension", 404, "Not Found")
        if asked.package == "message-summary" and not self._may_hear(owner, extension):
            raise RemoteError("another's box", 403, "Forbidden")
        if len(self._watches) >= MOST or self._per_owner[owner] >= MOST_PER_PERSON:
            raise RemoteError("too many subscriptions", 503, "Service Unavailable")
        contact = str(NameAddress(self._agent.contact(incoming.source, extension)))
        subscription = Subscription(incoming.request, asked, incoming.to_tag, contact, self._clock())
        watch = Watch(subscription, extension, owner, incoming.source)
        self._watches[subscription.dialog.call_id, subscription.dialog.local_tag] = watch
        self._per_owner[owner] += 1
        self._accept(incoming, watch)

    def _is_watchable(self, watched: str, package: str) -> bool:
        snapshot = self._snapshot()
        if watched in snapshot.extensions or (package == "message-summary" and watched in snapshot.boxes):
            return True
        return package == "dialog" and self.features is not None and self.features.lamp(watched) is not None

    def _may_hear(self, owner: str, box: str) -> bool:
        """Whether the box of messages is the own one, or shared."""
        company = self._snapshot().company
        person = company.person_of(owner)
        return owner == box or (person is not None and box in company.boxes_shared_with(person))

    def _refresh(self, incoming: IncomingRequest, asked: Asked, owner: str) -> None:
        request = incoming.request
        watch = self._watches.get((request.call_id, request.to.tag or ""))
        if watch is None or watch.owner != owner or watch.subscription.dialog.remote_tag != request.from_.tag:
            raise RemoteError("no such subscription", 481, "Subscription Does Not Exist")
        watch.subscription.refresh(request, asked, self._clock())
        watch.hop = incoming.source
        self._accept(incoming, watch)

    def _accept(self, incoming: IncomingRequest, watch: Watch) -> None:
        expires = ("Expires", str(watch.subscription.asked.expires_s if not watch.subscription.is_over else 0))
        incoming.respond(200, None, [expires, ("Contact", watch.subscription.contact), ("Allow-Events", ALLOW_EVENTS)])
        watch.shown = None
        self._send_soon(watch)

    # --- What changes -------------------------------------------------------------------------------------------------

    def heard(self, event: Event) -> None:
        """An event of the stream: what is watched may have changed."""
        if isinstance(event.body, VoicemailRecorded) and event.body.box in self._messages:
            new, old = self._messages[event.body.box]
            self._messages[event.body.box] = new + 1, old
        if self._watches and self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(LOOK_AFTER_S, self._look)

    def mailbox_changed(self, box: str) -> None:
        """Messages of ``box`` were heard or deleted: the office is asked how many there are now."""
        self._messages.pop(box, None)
        for watch in self._watches.values():
            if watch.package == "message-summary" and watch.extension == box:
                self._send_soon(watch)

    def _look(self) -> None:
        self._looking = None
        lamps = self._lamps()
        for watch in self._watches.values():
            if self._state(watch, lamps) != watch.shown:
                self._send_soon(watch)

    def _lamps(self) -> dict[str, Shown]:
        """What each extension in a call shows, and whether it was called; who talks and is called, talks."""
        lamps: dict[str, Shown] = {}
        for leg in self._legs():
            extension = leg.party.extension
            if extension is None or leg.is_gone or leg.party.trunk is not None:
                continue
            lamp = Lamp.BUSY if leg.is_up or leg.is_incoming else Lamp.RINGING
            if lamp is Lamp.BUSY or extension not in lamps:
                lamps[extension] = lamp, not leg.is_incoming, ringing_dialog(leg) if lamp is Lamp.RINGING else None
        return lamps

    def _state(self, watch: Watch, lamps: dict[str, Shown]) -> object:
        match watch.package:
            case "dialog":
                if watch.extension not in self._snapshot().extensions and self.features is not None:
                    return self.features.lamp(watch.extension) or Lamp.FREE, True, None
                lamp, is_called, dialog = lamps.get(watch.extension, (Lamp.FREE, False, None))
                return lamp, is_called, dialog if dialog is not None and self._may_pick_up(watch) else None
            case "presence":
                lamp, _, _ = lamps.get(watch.extension, (Lamp.FREE, False, None))
                return self._registrar.is_reachable(watch.extension), lamp is not Lamp.FREE
            case _:
                return self._messages.get(watch.extension)

    def _may_pick_up(self, watch: Watch) -> bool:
        person = self._snapshot().extensions.get(watch.owner)
        return person is not None and watch.extension in picked_up_by(self._snapshot(), person)

    # --- NOTIFY -------------------------------------------------------------------------------------------------------

    def _send_soon(self, watch: Watch) -> None:
        watch.is_due = True
        if watch.sending is None:
            watch.sending = beside(self._send(watch), "notify", extension=watch.extension, package=watch.package)

    async def _send(self, watch: Watch) -> None:
        """One NOTIFY at a time; what changes meanwhile makes another. A telephone that refuses one is forgotten."""
        assert self._agent is not None
        try:
            while watch.is_due and self._is_kept(watch):
                watch.is_due = False
                document = await self._document(watch)
                subscription = watch.subscription
                request = subscription.notify(document, self._clock(), watch.reason)
                is_last = subscription.is_over
                hop = next_hop(subscription.dialog.next_hop, watch.hop)
                response = await self._agent.follow_up(request, hop)
                if is_last or response.status >= 300:
                    self._forget(watch)
        except RequestTimeoutError:
            self._forget(watch)
        finally:
            watch.sending = None

    async def _document(self, watch: Watch) -> bytes:
        extension, entity = watch.extension, f"sip:{watch.extension}@{self._domain}"
        if watch.package == "message-summary" and extension not in self._messages:
            found = await self._mailboxes.mailbox(extension)
            if found is None:
                asyncio.get_running_loop().call_later(ASK_AGAIN_S, self._ask_again, watch)
                return b""
            self._messages[extension] = found
        state = watch.shown = self._state(watch, self._lamps())
        match watch.package, state:
            case "dialog", (Lamp() as lamp, bool(is_recipient), (DialogId() | None) as dialog):
                watch.subscription.version += 1
                version = watch.subscription.version
                for leg in self._legs() if dialog is not None else ():
                    if ringing_dialog(leg) == dialog:
                        leg.shown_to.add(watch.owner)
                return dialog_info(entity, extension, lamp, is_recipient=is_recipient, version=version, id_=dialog)
            case "presence", (bool(is_open), bool(is_busy)):
                note = "On the telephone" if is_busy else "Available" if is_open else "Not available"
                return presence(entity, is_open=is_open, note=note)
            case _, (int(new), int(old)):
                return message_summary(entity, new, old)
        raise AssertionError(f"no document for {watch.package}")

    def _ask_again(self, watch: Watch) -> None:
        if self._is_kept(watch) and watch.extension not in self._messages:
            self._send_soon(watch)

    def _is_kept(self, watch: Watch) -> bool:
        dialog = watch.subscription.dialog
        return self._watches.get((dialog.call_id, dialog.local_tag)) is watch

    def _forget(self, watch: Watch) -> None:
        if not self._is_kept(watch):
            return
        dialog = watch.subscription.dialog
        del self._watches[dialog.call_id, dialog.local_tag]
        self._per_owner[watch.owner] -= 1
        if self._per_owner[watch.owner] <= 0:
            del self._per_owner[watch.owner]

    def _sweep(self) -> None:
        """End what has expired, and what watches an extension that is nobody's any more."""
        now, extensions = self._clock(), self._snapshot().extensions
        for watch in list(self._watches.values()):
            if not self._is_watchable(watch.extension, watch.package) or watch.owner not in extensions:
                watch.reason = "noresource"
            elif now > watch.subscription.expires_at + EXPIRY_GRACE_S:
                watch.reason = "timeout"
            if watch.reason:
                self._send_soon(watch)
        watched = {watch.extension for watch in self._watches.values() if watch.package == "message-summary"}
        self._messages = {box: count for box, count in self._messages.items() if box in watched}
        self._sweeping = asyncio.get_running_loop().call_later(SWEEP_S, self._sweep)
