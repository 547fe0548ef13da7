"""The registrar's table, pure: which devices an extension can be reached at (RFC 3261 §10.3, RFC 5626 §4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from pbx.net.hop import Hop
from pbx.routing.errors import RegistrationRefusedError
from pbx.sip.uri import Uri

MIN_EXPIRES_S = 60
MAX_EXPIRES_S = 7200
MAX_EXPIRES_ON_CONNECTION_S = 3600
"""A stream connection on which nothing comes for longer is closed, and the binding with it."""
DEFAULT_EXPIRES_S = 3600
MAX_BINDINGS = 10  # per address of record


@dataclass(frozen=True, slots=True)
class Binding:
    """One device: its Contact, the flow that it registered over, and until when (epoch seconds)."""

    uri: Uri
    hop: Hop
    expires_at: float
    q: float
    call_id: str
    cseq: int
    user_agent: str = ""
    instance: str = ""  # +sip.instance (RFC 5626), empty when the device names none
    reg_id: int = 0
    path: tuple[str, ...] = ()  # the proxies between us and the device, nearest first (RFC 3327)

    def remaining_s(self, now: float) -> int:
        """Whole seconds until it expires."""
        return max(1, ceil(self.expires_at - now)) if self.expires_at > now else 0


@dataclass(frozen=True, slots=True)
class RequestedContact:
    """One Contact of a REGISTER; ``expires_s`` as asked for: its parameter, else the header, else the default."""

    uri: Uri
    expires_s: int
    q: float = 1.0
    instance: str = ""
    reg_id: int = 0


@dataclass(frozen=True, slots=True)
class Registration:
    """A REGISTER, read: ``contacts`` None stands for ``*``, empty for a mere query."""

    contacts: tuple[RequestedContact, ...] | None
    call_id: str
    cseq: int
    hop: Hop
    user_agent: str = ""
    path: tuple[str, ...] = ()
    is_outbound: bool = False  # the flow is kept by both sides (RFC 5626 §6)
    takes_gruu: bool = False  # the device wants to know the URI that leads to it alone (RFC 5627 §4.1)


@dataclass(frozen=True, slots=True)
class Added:
    """A device is registered; ``is_new`` unless it only refreshed what was there."""

    extension: str
    binding: Binding
    is_new: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """A device is gone. ``cause``: ``unregistered``, ``expired``, ``replaced``, ``connection_lost``, ``forgotten``."""

    extension: str
    binding: Binding
    cause: str


Change = Added | Removed
Matches = Callable[[str, Binding], bool]


class Bindings:
    """Every binding by extension. ``now`` comes in as epoch seconds, so that expiry outlives a restart."""

    def __init__(self, max_bindings: int = MAX_BINDINGS) -> None:
        self._max_bindings = max_bindings
        self._by_extension: dict[str, list[Binding]] = {}

    def of(self, extension: str, now: float) -> list[Binding]:
        """The devices of ``extension`` now: highest q first, then the newest."""
        alive = [binding for binding in self._by_extension.get(extension, ()) if binding.expires_at > now]
        return sorted(alive, key=lambda binding: (-binding.q, -binding.expires_at))

    def ways_to(self, extension: str, now: float) -> list[Binding]:
        """One binding for each device: of one with several flows the newest (RFC 5626 §5.3, §7)."""
        ways: dict[object, Binding] = {}
        for binding in self.of(extension, now):
            ways.setdefault(binding.instance if binding.reg_id else binding, binding)
        return list(ways.values())

    def extensions(self) -> list[str]:
        """Every extension with a device."""
        return list(self._by_extension)

    def everything(self) -> list[tuple[str, Binding]]:
        """Every binding with its extension."""
        return [(extension, binding) for extension, all_ in self._by_extension.items() for binding in all_]

    def next_expiry(self) -> float | None:
        """When the first binding expires."""
        return min((binding.expires_at for _, binding in self.everything()), default=None)

    def register(self, extension: str, registration: Registration, now: float) -> list[Change]:
        """Do what a REGISTER asks, all of it or nothing (RFC 3261 §10.3, steps 6 and 7).

        Raises RegistrationRefusedError: 423 for too short a time, 500 for one out of order.
        """
        changes: list[Change] = list(self._expire(extension, now))
        before = self._by_extension.get(extension, [])
        if registration.contacts is None:
            for binding in before:
                _check_order(binding, registration)
            self._keep(extension, [])
            return [*changes, *(Removed(extension, binding, "unregistered") for binding in before)]
        after = list(before)
        for contact in registration.contacts:
            _check_expires(contact.expires_s)
            old = _same_device(after, contact)
            if old is not None:
                _check_order(old, registration)
            if contact.expires_s == 0:
                if old is not None:
                    after.remove(old)
                    changes.append(Removed(extension, old, "unregistered"))
                continue
            new = _binding(contact, registration, now)
            if old is not None:
                after[after.index(old)] = new
            else:
                if len(after) >= self._max_bindings:
                    # A phone that takes a new Contact at each start would lock itself out until its old ones expire.
                    oldest = min(after, key=lambda binding: binding.expires_at)
                    after.remove(oldest)
                    changes.append(Removed(extension, oldest, "replaced"))
                after.append(new)
            changes.append(Added(extension, new, is_new=old is None or not old.uri.matches(new.uri)))
        self._keep(extension, after)
        return changes

    def expire(self, now: float) -> list[Removed]:
        """Remove what has expired."""
        return [removed for extension in list(self._by_extension) for removed in self._expire(extension, now)]

    def connection_lost(self, connection: int) -> list[Removed]:
        """Remove what was registered over a stream connection that is gone: nobody can be reached over it any more."""
        return self._remove_where("connection_lost", lambda _, binding: binding.hop.connection == connection != 0)

    def forget(self, extension: str) -> list[Removed]:
        """Remove every device of an extension that is no longer anybody's."""
        return self._remove_where("forgotten", lambda owner, _: owner == extension)

    def restore(self, saved: Iterable[tuple[str, Binding]], now: float) -> list[Removed]:
        """Take over what an earlier process of the exchange knew; what can be reached no more is returned.

        A stream connection (TCP, TLS, WebSocket) has died with that process: its phone connects again by itself.
        """
        removed: list[Removed] = []
        for extension, binding in saved:
            if binding.expires_at <= now:
                removed.append(Removed(extension, binding, "expired"))
            elif binding.hop.is_reliable:
                removed.append(Removed(extension, binding, "connection_lost"))
            else:
                self._keep(extension, [*self._by_extension.get(extension, ()), binding][: self._max_bindings])
        return removed

    def _keep(self, extension: str, bindings: list[Binding]) -> None:
        if bindings:
            self._by_extension[extension] = bindings
        else:
            self._by_extension.pop(extension, None)

    def _expire(self, extension: str, now: float) -> list[Removed]:
        gone = [binding for binding in self._by_extension.get(extension, ()) if binding.expires_at <= now]
        if gone:
            self._keep(extension, [binding for binding in self._by_extension[extension] if binding not in gone])
        return [Removed(extension, binding, "expired") for binding in gone]

    def _remove_where(self, cause: str, matches: Matches) -> list[Removed]:
        removed = [Removed(owner, binding, cause) for owner, binding in self.everything() if matches(owner, binding)]
        for gone in removed:
            kept = [binding for binding in self._by_extension[gone.extension] if binding is not gone.binding]
            self._keep(gone.extension, kept)
        return removed


def _check_expires(expires_s: int) -> None:
    if 0 < expires_s < MIN_EXPIRES_S:
        raise RegistrationRefusedError(423, "Interval Too Brief", (("Min-Expires", str(MIN_EXPIRES_S)),))


def _check_order(binding: Binding, registration: Registration) -> None:
    """A REGISTER that was sent before the one that made ``binding`` changes nothing (§10.3, steps 6 and 7)."""
    if binding.call_id == registration.call_id and registration.cseq <= binding.cseq:
        raise RegistrationRefusedError(500, "CSeq Out Of Order")


def _same_device(bindings: Sequence[Binding], contact: RequestedContact) -> Binding | None:
    """The binding that the contact refreshes: by instance and flow (RFC 5626 §6), else by equal URI (§19.1.4)."""
    for binding in bindings:
        if contact.instance and binding.instance == contact.instance and binding.reg_id == contact.reg_id:
            return binding
        if contact.uri.matches(binding.uri) and contact.instance == binding.instance and not contact.reg_id:
            return binding
    return None


def _binding(contact: RequestedContact, registration: Registration, now: float) -> Binding:
    longest_s = MAX_EXPIRES_ON_CONNECTION_S if registration.hop.is_reliable else MAX_EXPIRES_S
    return Binding(
        uri=contact.uri,
        hop=registration.hop,
        expires_at=now + min(contact.expires_s, longest_s),
        q=contact.q,
        call_id=registration.call_id,
        cseq=registration.cseq,
        user_agent=registration.user_agent,
        instance=contact.instance,
        reg_id=contact.reg_id,
        path=registration.path,
    )
