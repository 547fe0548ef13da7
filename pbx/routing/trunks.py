"""Trunks: which one an outgoing call takes, whom it shows as its caller, and who calls in through one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from config.company import Company, Person, Trunk
from pbx.calls.party import Party
from pbx.calls.target import Target
from pbx.net.errors import ResolveError
from pbx.net.hop import Hop
from pbx.net.resolve import resolve
from pbx.routing import numbers
from pbx.routing.errors import TrunkUnavailableError
from pbx.sip.digest_client import Credentials as Proof
from pbx.sip.errors import MalformedError
from pbx.sip.message import Request
from pbx.sip.name_address import NameAddress, parse_name_address
from pbx.sip.uri import Uri
from store.credentials import Credentials

RESOLVED_S = 60.0
REST_S = 30.0  # how long a trunk that did not answer is asked last
MAX_NAME = 80


class Line:
    """One call's place on a trunk; a context manager that gives it back."""

    def __init__(self, trunk: Trunk, target: Target | None, release: Callable[[], None]) -> None:
        self.trunk = trunk
        self.target = target
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Give the place back; a second time changes nothing."""
        release, self._release = self._release, None
        if release is not None:
            release()

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Trunks:
    """The trunks of the company, in its order of preference, and how many calls each one carries now."""

    def __init__(
        self, company: Company, credentials: Credentials, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._in_use: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}
        self._addresses: dict[tuple[str, int, str], tuple[Hop, float]] = {}
        self.configure(company, credentials)

    def configure(self, company: Company, credentials: Credentials) -> None:
        """Go by these from now on; calls under way stay on their trunk and keep counting."""
        self._trunks = company.trunks
        self._secrets = credentials.trunks

    def in_use(self, trunk: str) -> int:
        """Calls that the trunk carries now, both ways."""
        return self._in_use.get(trunk, 0)

    async def outgoing(self, number: str, person: Person | None = None, *, emergency: bool = False) -> Line:
        """A line to ``number`` (E.164 or an emergency number); its ``target`` is what to ring.

        The caller shown is the person's own number, else the trunk's. Emergency calls go over every limit. Raises
        TrunkUnavailableError.
        """
        cause = "there is no trunk"
        for trunk in self._in_order():
            if not emergency and self.in_use(trunk.name) >= trunk.max_calls:
                cause = f"trunk {trunk.name}: all {trunk.max_calls} lines are in use"
                continue
            try:
                hop = await self._hop(trunk)
            except ResolveError as error:
                cause = f"trunk {trunk.name}: {error}"
                continue
            return self._seize(trunk, self._target(trunk, hop, number, person))
        raise TrunkUnavailableError(cause)

    def incoming(self, trunk: Trunk) -> Line:
        """A line for a call that came in. Raises TrunkUnavailableError when all are in use."""
        if self.in_use(trunk.name) >= trunk.max_calls:
            raise TrunkUnavailableError(f"trunk {trunk.name}: all {trunk.max_calls} lines are in use")
        return self._seize(trunk, None)

    def unanswered(self, trunk: str) -> None:
        """The trunk gave no answer, or 503: others are asked before it for a while."""
        self._rests_until[trunk] = self._clock() + REST_S

    def answered(self, trunk: str) -> None:
        """The trunk works."""
        self._rests_until.pop(trunk, None)

    def _in_order(self) -> list[Trunk]:
        now = self._clock()
        return sorted(self._trunks, key=lambda trunk: self._rests_until.get(trunk.name, 0.0) > now)

    def _seize(self, trunk: Trunk, target: Target | None) -> Line:
        self._in_use[trunk.name] = self.in_use(trunk.name) + 1

        def release() -> None:
            self._in_use[trunk.name] -= 1

        return Line(trunk, target, release)

    def _target(self, trunk: Trunk, hop: Hop, number: str, person: Person | None) -> Target:
        secret = self._secrets.get(trunk.name)
        return Target(
            uri=Uri("sip", number, trunk.host, trunk.port),
            hop=hop,
            party=Party(number, trunk=trunk.name),
            credentials=Proof(secret.username, secret.password) if secret and secret.username else None,
            media_networks=trunk.media_networks,
            caller_id=person.caller_id if person is not None and person.caller_id else trunk.caller_id,
        )

    async def _hop(self, trunk: Trunk) -> Hop:
        key = (trunk.host, trunk.port, trunk.transport)
        hop, until = self._addresses.get(key, (None, 0.0))
        if hop is not None and self._clock() < until:
            return hop
        try:
            found = (await resolve(_address(trunk)))[0]
        except (ResolveError, IndexError):
            # A name server that is away must not take the carrier with it: where it was last is a good guess.
            if hop is None:
                raise ResolveError(f"{trunk.host}: no address is known") from None
            found = hop
        self._addresses[key] = (found, self._clock() + RESOLVED_S)
        return found


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
    name = " ".join(address.display.split())[:MAX_NAME]
    is_named = bool(name) and number is not None and numbers.normalise(name, country) != number
    return Caller(number, name if is_named else None)


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


def _address(trunk: Trunk) -> Uri:
    uri = Uri("sip", "", trunk.host, trunk.port)
    return uri if trunk.transport == "udp" else uri.with_parameter("transport", trunk.transport)
