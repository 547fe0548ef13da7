"""Who a request is from: a phone of the house, a trunk, or nobody we know (RFC 3261 §22, RFC 7616, RFC 8760)."""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from config.company import Company, Person, Trunk
from pbx.net.hop import Hop
from pbx.routing.bans import Bans
from pbx.routing.session_credentials import SessionCredentials
from pbx.sip.digest import Denied, DigestServer, Stale, Verified, check_target
from pbx.sip.errors import DigestError, MalformedError
from pbx.sip.message import Request
from store.credentials import Credentials, Ha1

ANONYMOUS_HOST = "anonymous.invalid"
BROWSER_TRANSPORTS = frozenset({"ws", "wss"})
MAX_PROVEN = 20_000
PROBES = 9
"""Questions without a proof that are answered in a row, where nobody has proven anything yet."""
MD5_ONLY = ("baresip v0.", "baresip v1.")
"""User agents that give up when any challenge is not MD5, instead of leaving it aside (RFC 8760 §2.4)."""

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FromPhone:
    """A person of the house, proven by digest. ``is_anonymous``: the phone asks not to say who calls (RFC 3323)."""

    person: Person
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class FromTrunk:
    """A trunk, known by its address or proven by digest."""

    trunk: Trunk


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody that we let in: answer with ``status`` and ``headers`` (401: challenges, the first one MD5)."""

    status: int
    reason: str
    headers: tuple[Header, ...] = ()


Who = FromPhone | FromTrunk | Refused


class Authenticator:
    """Tells phones, trunks and strangers apart. Strangers learn nothing: a user that does not exist is answered as a
    wrong password is, after the same work.

    Repeated failures ban the source address, for longer each time; loopback and ``never_banned`` networks are not. An
    account that is guessed at from many addresses is closed for a while to addresses that have never proven it. Who
    only asks and never proves anything, from where nobody ever did, is listened to no more until it brings a proof.

    The verdict on the last request is kept, so that the gate and whoever serves the request ask the same question once.

    A WebSocket takes the credentials of ``sessions`` and no others; ``login_of`` tells who signed in at a connection,
    ``names_of`` which names the peer of a TLS connection has proved.
    """

    def __init__(
        self,
        company: Company,
        credentials: Credentials,
        *,
        nonce_secret: bytes | None = None,
        by_source: Bans | None = None,
        by_account: Bans | None = None,
        probing: Bans | None = None,
        sessions: SessionCredentials | None = None,
        login_of: Callable[[int], str | None] | None = None,
        names_of: Callable[[int], frozenset[str]] | None = None,
    ) -> None:
        self._sessions = sessions
        self._login_of = login_of
        self._names_of = names_of
        self._secret = nonce_secret or secrets.token_bytes(32)
        self._digest = DigestServer(credentials.realm, self._secret)
        self._no_such_user = Ha1(secrets.token_hex(16), secrets.token_hex(32), secrets.token_hex(32))
        self._by_source = Bans() if by_source is None else by_source
        self._by_account = Bans(tolerated=50) if by_account is None else by_account
        self._probing = Bans(tolerated=PROBES) if probing is None else probing
        self._proven_networks: Counter[str] = Counter()
        self._last: tuple[Request, bool, Who] | None = None
        self._proven: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.configure(company, credentials)

    def configure(self, company: Company, credentials: Credentials) -> None:
        """Go by this company and these secrets from now on."""
        self._credentials = credentials
        self._last = None
        self._never_banned = tuple(ip_network(text) for text in company.security.never_banned)
        if self._digest.realm != credentials.realm:
            self._digest = DigestServer(credentials.realm, self._secret)
        active = [person for person in company.people if person.is_active]
        self._people = {person.extension: person for person in active}
        self._by_login = {person.login: person for person in active}
        trunks = {trunk.name: trunk for trunk in company.trunks}
        self._trunk_users = {
            secret.username: (trunks[name], secret.ha1)
            for name, secret in credentials.trunks.items()
            if name in trunks and secret.username
        }
        self._by_address = {
            _known_address(address): trunk for trunk in company.trunks for address in trunk.known_addresses
        }
        self._by_tls_name = {trunk.tls_name.lower(): trunk for trunk in company.trunks if trunk.tls_name}
        self._trunk_hosts = {trunk.host for trunk in company.trunks} | {host for host, _ in self._by_address}

    def who(self, request: Request, source: Hop, now: float, *, by_address: bool = True) -> Who:
        """Who sent ``request``; ``now`` in epoch seconds. Without ``by_address`` a trunk's address proves nothing."""
        last = self._last
        if last is not None and last[0] is request and last[1] is by_address:
            return last[2]
        who = self._who(request, source, now, by_address=by_address)
        self._last = request, by_address, who
        return who

    def is_stranger(self, request: Request, source: Hop) -> bool:
        """Whether this comes without a proof from where nobody has proven anything."""
        if source.transport in BROWSER_TRANSPORTS or request.headers.get("authorization") is not None:
            return False
        return _network(source.host) not in self._proven_networks

    def is_probing(self, request: Request, source: Hop, now: float) -> bool:
        """Whether this is one more question, without a proof, of somebody who has only asked so far."""
        if source.transport in BROWSER_TRANSPORTS or request.headers.get("authorization") is not None:
            return False
        return self._probing.remaining_s(_network(source.host), now) > 0.0

    def _who(self, request: Request, source: Hop, now: float, *, by_address: bool) -> Who:
        if source.transport in BROWSER_TRANSPORTS:
            return self._browser(request, source, now)
        trunk = self._trunk_at(source) if by_address else None
        if trunk is not None:
            return FromTrunk(trunk)
        banned_s = self._by_source.remaining_s(_network(source.host), now)
        if banned_s:
            return Refused(403, "Forbidden", (("retry-after", str(int(banned_s) + 1)),))
        given = self._credentials_for_us(request)
        if given is None:
            self._asked(source, now)
            return self._challenge(request, source, now)
        try:
            check_target(given, request.uri_text)
            verdict = self._digest.verify(given, request.method, source.host, self._ha1_of, now)
        except DigestError as error:
            return Refused(error.status, error.reason)
        match verdict:
            case Stale():
                return self._challenge(request, source, now, stale=True)
            case Denied(username):
                self._failed(source, username, now)
                return self._challenge(request, source, now)
            case Verified(username):
                return self._verified(request, source, username, now)

    def is_trunk_address(self, host: str) -> bool:
        """Whether a trunk is at this address: its calls come many at a time."""
        return _plain(host) in self._trunk_hosts

    def _verified(self, request: Request, source: Hop, username: str, now: float) -> Who:
        network = _network(source.host)
        pair = (network, username)
        if pair not in self._proven and self._by_account.remaining_s(username, now):
            return self._challenge(request, source, now)
        self._probing.pardon(network)
        self._by_source.succeeded(network)
        self._by_account.succeeded(username)
        if pair not in self._proven:
            self._proven_networks[network] += 1
        self._proven[pair] = None
        self._proven.move_to_end(pair)
        while len(self._proven) > MAX_PROVEN:
            (forgotten, _), _ = self._proven.popitem(last=False)
            self._proven_networks[forgotten] -= 1
            if self._proven_networks[forgotten] <= 0:
                del self._proven_networks[forgotten]
        person = self._people.get(username)
        return self._phone(request, person) if person is not None else FromTrunk(self._trunk_users[username][0])

    def _browser(self, request: Request, source: Hop, now: float) -> Who:
        """A WebSocket takes only credentials that were made for whoever has signed in there.

        A wrong answer bans nobody: these passwords cannot be guessed, and all of an office may share one address.
        """
        login = self._login_of(source.connection) if self._login_of is not None else None
        person = self._by_login.get(login or "")
        if person is None or login is None:
            return Refused(403, "Forbidden")
        given = self._credentials_for_us(request)
        if given is None:
            return self._challenge(request, source, now)

        def secret_of(username: str, _realm: str, algorithm: str) -> str:
            found = self._sessions.secret_of(username, login) if self._sessions is not None else None
            found = found or self._no_such_user
            return found.of(algorithm)

        try:
            check_target(given, request.uri_text)
            verdict = self._digest.verify(given, request.method, source.host, secret_of, now)
        except DigestError as error:
            return Refused(error.status, error.reason)
        if isinstance(verdict, Verified):
            return self._phone(request, person)
        return self._challenge(request, source, now, stale=isinstance(verdict, Stale))

    @staticmethod
    def _phone(request: Request, person: Person) -> Who:
        """A telephone of ``person``, which must not call in another name."""
        try:
            from_ = request.from_.uri
        except MalformedError as error:
            return Refused(error.status, error.reason)
        if from_.host.lower() == ANONYMOUS_HOST:
            return FromPhone(person, is_anonymous=True)
        return FromPhone(person) if from_.user == person.extension else Refused(403, "Forbidden")

    def _trunk_at(self, source: Hop) -> Trunk | None:
        host = _plain(source.host)
        if source.transport == "udp":
            trunk = self._by_address.get((host, source.port))
            if trunk is not None:
                return trunk
        if source.transport == "tls" and self._by_tls_name and self._names_of is not None:
            for name in self._names_of(source.connection):
                if name in self._by_tls_name:
                    return self._by_tls_name[name]
        return self._by_address.get((host, 0))

    def _credentials_for_us(self, request: Request) -> str | None:
        """The Authorization for our realm; any other one when there is none, so that it is denied and not ignored."""
        given = request.headers.every("authorization")
        ours = f'realm="{self._credentials.realm}"'
        return next((value for value in given if ours in value), given[0] if given else None)

    def _ha1_of(self, username: str, _realm: str, algorithm: str) -> str:
        found = self._no_such_user
        if username in self._people:
            found = self._credentials.sip.get(username, self._no_such_user)
        elif username in self._trunk_users:
            found = self._trunk_users[username][1]
        return found.of(algorithm)

    def _challenge(self, request: Request, source: Hop, now: float, *, stale: bool = False) -> Refused:
        challenges = self._digest.challenge(source.host, now, stale=stale)
        is_browser = source.transport in BROWSER_TRANSPORTS  # JsSIP goes by the last challenge, and knows MD5 alone
        if is_browser or (request.headers.get("user-agent") or "").startswith(MD5_ONLY):
            challenges = [challenge for challenge in challenges if "algorithm=MD5," in challenge] or challenges
        return Refused(401, "Unauthorized", tuple(("www-authenticate", value) for value in challenges))

    def _asked(self, source: Hop, now: float) -> None:
        """A request without a proof: everybody's first one, and all that a scanner ever sends."""
        network = _network(source.host)
        if network not in self._proven_networks and not self._is_never_banned(source.host):
            self._probing.failed(network, now)

    def _is_never_banned(self, host: str) -> bool:
        if _is_loopback(host) or self.is_trunk_address(host):
            return True
        if not self._never_banned:
            return False
        try:
            address = ip_address(_plain(host))
        except ValueError:
            return False
        return any(address in network for network in self._never_banned)

    def _failed(self, source: Hop, username: str, now: float) -> None:
        if self._is_never_banned(source.host):
            return
        self._by_source.failed(_network(source.host), now)
        if username in self._people or username in self._trunk_users:
            self._by_account.failed(username, now)


def _plain(host: str) -> str:
    """An IPv4 peer of a socket that serves both families, without its ``::ffff:`` (RFC 4291 §2.5.5.2)."""
    return host.removeprefix("::ffff:") if "." in host else host


def _network(host: str) -> str:
    """What is banned: an IPv4 address, or the 64 bits of an IPv6 address that one host may vary (RFC 6177)."""
    if ":" not in (host := _plain(host)):
        return host
    try:
        return str(IPv6Address(int(IPv6Address(host)) >> 64 << 64))
    except ValueError:
        return host


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(_plain(host)).is_loopback
    except ValueError:
        return False


def _known_address(text: str) -> tuple[str, int]:
    """``ADDRESS:PORT`` as its parts; port 0 for an address alone, which is known from any port."""
    try:
        return str(ip_address(text.strip("[]"))), 0
    except ValueError:
        host, _, port = text.rpartition(":")
        return host.strip("[]"), int(port) if port.isdigit() else 0
