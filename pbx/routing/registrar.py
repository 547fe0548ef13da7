"""The registrar: phones say here where they can be reached (RFC 3261 §10.3)."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Any

from config.company import Company, Person
from pbx.calls.party import Party
from pbx.calls.target import Target
from pbx.events import Body, DeviceRegistered, DeviceUnregistered
from pbx.net.incoming_request import IncomingRequest
from pbx.routing.authentication import Authenticator, FromPhone, Refused
from pbx.routing.bindings import Added, Binding, Bindings, Change
from pbx.routing.errors import RegistrationRefusedError
from pbx.routing.gruu import is_instance, public_gruu
from pbx.routing.register_request import SUPPORTED, read_register
from pbx.routing.saved_bindings import from_document, to_document
from pbx.sip.errors import MalformedError
from pbx.sip.name_address import quote_string
from pbx.sip.uri import Uri

Emit = Callable[[Body, str | None], object]

FLOW_TIMER_S = 120
"""How often a device with several flows is to send a keep-alive (RFC 5626 §5.4): a NAT forgets none of them by then."""


class Registrar:
    """Answers REGISTER, and knows the devices of every extension.

    ``on_reachable(extension, is_reachable)`` is called when the first device of an extension comes or the last one
    goes; ``changed`` after every change, for whoever saves ``document()``. ``clock`` gives epoch seconds; ``steady``
    does too, but is never set, so that registrations last as long as was said (None: the same clock).
    """

    def __init__(
        self,
        company: Company,
        authenticator: Authenticator,
        *,
        emit: Emit,
        on_reachable: Callable[[str, bool], None] | None = None,
        changed: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._emit = emit
        self._on_reachable = on_reachable
        self._changed = changed
        self._clock = clock
        self._steady = steady or clock
        self._bindings = Bindings()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf
        self._people: dict[str, Person] = {person.extension: person for person in company.people}
        self._known_reachable: set[str] = set()

    def configure(self, company: Company) -> None:
        """Go by this company from now on; devices of whoever may not register any more are forgotten, and those of an
        extension that is somebody else's now."""
        before = self._people
        self._people = {person.extension: person for person in company.people}
        for extension in self._bindings.extensions():
            person, was = self._people.get(extension), before.get(extension)
            if person is None or not person.is_active or (was is not None and was.login != person.login):
                self._tell(self._bindings.forget(extension))

    def serve(self, incoming: IncomingRequest) -> None:
        """Answer a REGISTER."""
        request, now, wall = incoming.request, self._steady(), self._clock()
        if now >= self._timer_at:
            self.expire()  # before it is asked who is there: what expires without being told of would stay reachable
        who = self._authenticator.who(request, incoming.source, wall, by_address=False)
        if isinstance(who, Refused):
            incoming.respond(who.status, who.reason, who.headers)
            return
        try:
            if not isinstance(who, FromPhone) or request.to.uri.user != who.person.extension:
                raise RegistrationRefusedError(403, "Forbidden")
            registration = read_register(request, incoming.source)
            changes = self._bindings.register(who.person.extension, registration, now)
        except RegistrationRefusedError as refused:
            incoming.respond(refused.status, refused.reason, refused.headers)
            return
        except MalformedError as error:
            incoming.respond(error.status, error.reason)
            return
        aor = request.to.uri if registration.takes_gruu else None
        bindings = self._bindings.of(who.person.extension, now)
        contacts = [("contact", _contact(binding, now, aor)) for binding in bindings]
        extensions = [("supported", SUPPORTED), *(("path", value) for value in registration.path)]
        if registration.is_outbound:
            extensions.append(("require", "outbound"))
            if not registration.path:
                extensions.append(("flow-timer", str(FLOW_TIMER_S)))
        incoming.respond(200, "OK", (*contacts, *extensions, ("date", formatdate(wall, usegmt=True))))
        self._tell(changes)

    def targets(self, extension: str, instance: str = "") -> list[Target]:
        """Every device of ``extension``, as something to ring, or the one that ``instance`` names (RFC 5627); empty
        when it is not reachable."""
        person = self._people.get(extension)
        if person is None:
            return []
        party = Party(extension, person.name, login=person.login, extension=extension)
        return [
            Target(binding.uri, binding.hop, party, secure=binding.hop.transport in {"ws", "wss"}, route=binding.path)
            for binding in self._bindings.ways_to(extension, self._steady())
            if not instance or is_instance(binding.instance, instance)
        ]

    def is_known(self, extension: str) -> bool:
        """Whether this is somebody's extension."""
        return extension in self._people

    def is_reachable(self, extension: str) -> bool:
        """Whether any device is registered."""
        return bool(self._bindings.of(extension, self._steady()))

    def reachable(self) -> list[str]:
        """Every extension with a device."""
        return [extension for extension in self._bindings.extensions() if self.is_reachable(extension)]

    def devices(self) -> list[dict[str, Any]]:
        """Every registered device, as JSON types."""
        now = self._steady()
        return [
            {
                "extension": extension,
                "login": self._login(extension),
                "contact": str(binding.uri),
                "from": str(binding.hop),
                "user_agent": binding.user_agent,
                "expires_s": binding.remaining_s(now),
            }
            for extension, binding in self._bindings.everything()
        ]

    def connection_lost(self, connection: int) -> None:
        """A stream connection is gone, and whoever registered over it with it (RFC 5626 §5.4)."""
        self._tell(self._bindings.connection_lost(connection))

    def document(self) -> Callable[[], dict[str, Any]]:
        """Every binding at this moment; what is returned says them as JSON types, in any thread."""
        bindings, ahead_s = self._bindings.everything(), self._clock() - self._steady()
        return lambda: to_document(bindings, ahead_s)

    def restore(self, document: Any) -> None:
        """Take over the bindings of an earlier process, and tell of those that it can reach no more."""
        saved = [(extension, binding) for extension, binding in from_document(document) if extension in self._people]
        gone = self._bindings.restore(saved, self._steady())
        self._tell(gone)
        self._tell_reachable(self._bindings.extensions())
        self._wait_until(self._bindings.next_expiry())

    def expire(self) -> None:
        """Remove what has expired, and come back when the next binding does."""
        self.stop()
        self._tell(self._bindings.expire(self._steady()))
        self._wait_until(self._bindings.next_expiry())

    def stop(self) -> None:
        """No more timers."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_at = math.inf

    def _tell(self, changes: Iterable[Change]) -> None:
        changed = list(changes)
        for change in changed:
            if isinstance(change, Added):
                self._wait_until(change.binding.expires_at)
                if change.is_new:
                    self._emit(self._registered(change.extension, change.binding), None)
            else:
                login = self._login(change.extension)
                contact = str(change.binding.uri)
                self._emit(DeviceUnregistered(change.extension, login, contact, change.cause), None)
        if changed:
            self._tell_reachable(change.extension for change in changed)
            if self._changed is not None:
                self._changed()

    def _tell_reachable(self, extensions: Iterable[str]) -> None:
        for extension in dict.fromkeys(extensions):
            is_reachable = self.is_reachable(extension)
            if is_reachable is (extension in self._known_reachable):
                continue
            if is_reachable:
                self._known_reachable.add(extension)
            else:
                self._known_reachable.discard(extension)
            if self._on_reachable is not None:
                self._on_reachable(extension, is_reachable)

    def _registered(self, extension: str, binding: Binding) -> DeviceRegistered:
        expires_s = binding.remaining_s(self._steady())
        return DeviceRegistered(extension, self._login(extension), str(binding.uri), binding.user_agent, expires_s)

    def _login(self, extension: str) -> str | None:
        person = self._people.get(extension)
        return None if person is None else person.login

    def _wait_until(self, expiry: float | None) -> None:
        """Look for expired bindings at ``expiry``, unless that is to happen earlier anyway."""
        if expiry is None or expiry >= self._timer_at:
            return
        self.stop()
        self._timer_at = expiry
        # The loop's clock and the wall's may drift apart: look again at least once a minute.
        delay_s = min(max(0.0, expiry - self._steady()) + 0.05, 60.0)
        self._timer = asyncio.get_running_loop().call_later(delay_s, self.expire)


def _contact(binding: Binding, now: float, aor: Uri | None) -> str:
    """One Contact of the 200, with its GRUU for who asked for that (RFC 5627 §5.1)."""
    instance = f";+sip.instance={quote_string(binding.instance)}" if binding.instance else ""
    reg_id = f";reg-id={binding.reg_id}" if binding.reg_id else ""
    q = "" if binding.q == 1.0 else f";q={binding.q:g}"
    gruu = public_gruu(aor, binding.instance) if aor is not None else None
    pub_gruu = f";pub-gruu={quote_string(str(gruu))}" if gruu is not None else ""
    return f"<{binding.uri}>;expires={binding.remaining_s(now)}{q}{instance}{reg_id}{pub_gruu}"
