"""Trunks: which one an outgoing call takes, whom it shows as its caller, and who calls in through one."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType

from config.caller_id import shown_number
from config.company import Company, Person, Trunk
from pbx.calls.party import Party
from pbx.calls.presentation import Presentation
from pbx.calls.target import Target
from pbx.net.hop import Hop
from pbx.net.resolve import Locator
from pbx.routing import numbers
from pbx.routing.errors import TrunkUnavailableError
from pbx.routing.trunk_addresses import TrunkAddresses
from pbx.sip.digest_client import Credentials as Proof
from pbx.sip.errors import MalformedError
from pbx.sip.message import Request
from pbx.sip.name_address import NameAddress, parse_name_address
from pbx.sip.uri import Uri
from store.credentials import Credentials, TrunkSecret

REST_S = 30.0  # how long a trunk that did not answer is asked last
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
MAX_NAME = 80


class Line:
    """A place on a trunk; a context manager that gives it back, unless a leg has taken it: then it goes with the leg,
    which may outlive the call that rang it.
    """

    def __init__(self, trunk: Trunk, target: Target | None, release: Callable[[], None]) -> None:
        self.trunk = trunk
        self.target = target
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Give the place back; a second time changes nothing."""
        release, self._release = self._release, None
        if release is not None:
            release()

    def at_end(self, then: Callable[[], None]) -> None:
        """Have ``then`` called when the place is given back."""
        release = self._release
        if release is None:
            then()
            return

        def both() -> None:
            release()
            then()

        self._release = both

    def take(self) -> Callable[[], None]:
        """Hand the place over to whoever calls what is returned, at the end of it."""
        release, self._release = self._release, None
        return release if release is not None else lambda: None

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Trunks:
    """The trunks of the company, in its order of preference, and how many calls each one carries now.

    Between ``start`` and ``stop`` host names are looked up beside the calls; ``chance`` (0 to 1) is what the weights of
    a group are drawn by.
    """

    def __init__(
        self,
        company: Company,
        credentials: Credentials,
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        locator: Locator | None = None,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._addresses = TrunkAddresses(locator or Locator(), clock)
        self._routes: dict[str, tuple[str, ...]] = {}  # by trunk: the proxies that its registrar wants passed
        self._in_use: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}
        self._begun: dict[str, tuple[float, float]] = {}  # by trunk: calls it may begin at once, and when that was so
        self.configure(company, credentials)

    def configure(self, company: Company, credentials: Credentials) -> None:
        """Go by these from now on; calls under way stay on their trunk and keep counting."""
        self._trunks = company.trunks
        self._country = company.country
        self._caller_ids = company.caller_ids
        self._secrets = credentials.trunks
        self._addresses.configure(self._trunks)

    async def start(self) -> None:
        """Look up the host names, and go on doing so."""
        await self._addresses.start()

    async def stop(self) -> None:
        """No more look-ups."""
        await self._addresses.stop()

    async def resolve(self) -> None:
        """Look every host name up once. One that cannot be found stays where it was last seen."""
        await self._addresses.resolve()

    def in_use(self, trunk: str) -> int:
        """Calls that the trunk carries now, both ways."""
        return self._in_use.get(trunk, 0)

    def outgoing(
        self, number: str, person: Person | None = None, *, emergency: bool = False, queue: str | None = None
    ) -> Line:
        """A line to ``number`` (E.164 or an emergency number); its ``target`` is what to ring.

        The caller shown is by the company's rules (for a call of ``queue``), else the trunk's. Emergency calls go over
        every limit. Raises TrunkUnavailableError.
        """
        cause = "there is no trunk"
        for trunk in self._in_order():
            if not emergency and self.in_use(trunk.name) >= trunk.max_calls:
                cause = f"trunk {trunk.name}: all {trunk.max_calls} lines are in use"
                continue
            hop = self.hop(trunk)
            if hop is None:
                cause = f"trunk {trunk.name}: no address of {trunk.host} is known"
                continue
            if not self._may_begin(trunk) and not emergency:
                cause = f"trunk {trunk.name}: no more than {trunk.max_calls_per_s:g} calls a second"
                continue
            return self._seize(trunk, self._target(trunk, hop, number, person, queue))
        raise TrunkUnavailableError(cause)

    def incoming(self, trunk: Trunk) -> Line:
        """A line for a call that came in. Raises TrunkUnavailableError when all are in use."""
        if self.in_use(trunk.name) >= trunk.max_calls:
            raise TrunkUnavailableError(f"trunk {trunk.name}: all {trunk.max_calls} lines are in use")
        return self._seize(trunk, None)

    def hop(self, trunk: Trunk) -> Hop | None:
        """Where the trunk is, of several addresses one that has not failed lately; None while none is known."""
        return next(iter(self._addresses.hops(trunk)), None)

    def failed(self, trunk: Trunk, hop: Hop, rest_s: float = REST_S) -> bool:
        """``hop`` gave no answer, or 5xx: whether the trunk has another address; without one others are asked first."""
        has_another = self._addresses.failed(trunk, hop, rest_s)
        if not has_another:
            self.unanswered(trunk.name, rest_s)
        return has_another

    def unanswered(self, trunk: str, rest_s: float = REST_S) -> None:
        """The trunk does not work: others are asked before it for ``rest_s``."""
        self._rests_until[trunk] = self._clock() + rest_s

    def answered(self, trunk: str) -> None:
        """The trunk works."""
        self._rests_until.pop(trunk, None)

    def route_by(self, trunk: str, route: tuple[str, ...]) -> None:
        """Calls on the trunk pass these proxies (Service-Route of its registrar, RFC 3608)."""
        self._routes[trunk] = route

    def _in_order(self) -> list[Trunk]:
        """Group by group as the company has them, within a group drawn by weight; those that rest come last."""
        groups: dict[str, list[Trunk]] = {}
        for trunk in self._trunks:
            groups.setdefault(f"group {trunk.group}" if trunk.group else trunk.name, []).append(trunk)
        drawn = [trunk for group in groups.values() for trunk in self._drawn(group)]
        now = self._clock()
        return sorted(drawn, key=lambda trunk: self._rests_until.get(trunk.name, 0.0) > now)

    def _drawn(self, group: list[Trunk]) -> list[Trunk]:
        """A random order in which each comes first as often as its weight says (Efraimidis and Spirakis, 2006)."""
        if len(group) == 1:
            return group
        keys = {trunk.name: self._chance() ** (1.0 / trunk.weight) if trunk.weight else -1.0 for trunk in group}
        return sorted(group, key=lambda trunk: -keys[trunk.name])

    def _may_begin(self, trunk: Trunk) -> bool:
        """Whether one more call is within its calls a second; it is counted."""
        rate = trunk.max_calls_per_s
        if rate is None:
            return True
        now = self._clock()
        most = max(1.0, rate)
        left, at = self._begun.get(trunk.name, (most, now))
        left = min(most, left + (now - at) * rate)
        may = left >= 1.0
        self._begun[trunk.name] = left - 1.0 if may else left, now
        return may

    def _seize(self, trunk: Trunk, target: Target | None) -> Line:
        self._in_use[trunk.name] = self.in_use(trunk.name) + 1

        def release() -> None:
            self._in_use[trunk.name] -= 1

        line = Line(trunk, target, release)
        if target is not None:
            line.target = replace(target, take=line.take)
        return line

    def _target(self, trunk: Trunk, hop: Hop, number: str, person: Person | None, queue: str | None) -> Target:
        secret = self._secrets.get(trunk.name)
        department, own = (person.department, person.caller_id) if person is not None else ("", None)
        shown = shown_number(self._caller_ids, number, queue=queue, department=department, own=own)
        return Target(
            uri=Uri("sip", self._as_wanted(trunk, number), trunk.host, trunk.port or None),
            hop=hop,
            party=Party(number, trunk=trunk.name),
            credentials=Proof(secret.username, secret.password) if secret and secret.username else None,
            media_networks=trunk.media_networks,
            keys_by_info=trunk.digits == "info",
            codecs=trunk.codecs,
            early_media=trunk.early_media,
            presentation=_presentation(trunk, secret),
            caller_id=trunk.number_for(shown),
            route=self._routes.get(trunk.name, ()),
            respond_within_s=trunk.respond_s,
        )

    def _as_wanted(self, trunk: Trunk, number: str) -> str:
        if not numbers.is_e164(number) or trunk.number_format == "e164":
            return number
        if trunk.number_format == "digits":
            return number[1:]
        return numbers.dialled_form(number, self._country)


def _presentation(trunk: Trunk, secret: TrunkSecret | None) -> Presentation:
    account = secret.username if secret is not None else ""
    return Presentation(
        from_user=(account or trunk.username) if trunk.from_user == "username" else "",
        from_domain=trunk.from_domain,
        identity=trunk.identity,
        shows_caller=trunk.forwarded_calls_show == "caller",
        writes=trunk.caller_format,
    )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls in through a trunk: E.164 and a name, both None when withheld."""

    number: str | None
    name: str | None


def caller_of(request: Request, country: str = "ES") -> Caller:
    """The caller of an INVITE from a trunk: P-Asserted-Identity, else From (RFC 3325 §9.1).

    With Privacy ``id``, ``user`` or ``header`` (RFC 3323 §4.2, RFC 3325 §9.3) it is withheld. Raises MalformedError.
    """
    privacy = {part.strip().lower() for part in (request.headers.get("privacy") or "").split(";")}
    if privacy & {"id", "user", "header"}:
        return Caller(None, None)
    address = _asserted(request) or request.from_
    user = address.uri.user
    number = numbers.caller_id(user, country)
    name = " ".join(_readable(address.display).split())[:MAX_NAME]
    is_named = bool(name) and number is not None and numbers.normalise(name, country) != number
    return Caller(number, name if is_named else None)


def _readable(text: str) -> str:
    """``text`` as people may be shown it: without octets that are no UTF-8 (what an old exchange writes so is Latin-1),
    control characters and those that turn the direction of what stands around them (Unicode TR 36 §3.2)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "surrogateescape").decode("latin-1")
    return _UNSEEN.sub(" ", text)


def _asserted(request: Request) -> NameAddress | None:
    """The first P-Asserted-Identity with a number in it; there may be one SIP and one tel URI."""
    for value in request.headers.values("p-asserted-identity"):
        try:
            address = parse_name_address(value)
        except MalformedError:
            continue
        if address.uri.user:
            return address
    return None
