"""What keeps trunks usable between calls: registering with carriers that ask for it, and asking whether they live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from config.company import Company, Trunk
from pbx.background import for_ever
from pbx.net.agent import UserAgent
from pbx.net.errors import RequestTimeoutError, ResolveError
from pbx.net.resolve import resolve
from pbx.routing.trunk_addresses import uri_of
from pbx.routing.trunks import Trunks
from pbx.sip.digest_client import Credentials as Proof
from pbx.sip.errors import MalformedError
from pbx.sip.message import Response
from pbx.sip.name_address import NameAddress
from pbx.sip.uri import Uri
from store.credentials import Credentials

log = structlog.get_logger()

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 1800.0  # RFC 5626 §4.5
REFUSED_PAUSE_S = 300.0  # a carrier that knows us and says no is not asked every few seconds
LONGEST_EXPIRES_S = 7200
GOODBYE_S = 1.0
MAX_ROUTES = 8
TEST_S = 4.0

Alarm = Callable[[str, str], None]


@dataclass(slots=True)
class State:
    """How a trunk stands; None while that is not asked of it, or not known yet."""

    registered: bool | None = None
    alive: bool | None = None
    fault: str = ""


@dataclass(slots=True)
class _Registration:
    call_id: str
    sequence: int = 1
    expires_s: int = 0
    failures: int = 0
    is_held: bool = field(default=False)


class TrunkUpkeep:
    """A task for each trunk that registers, and one for each that is asked for signs of life.

    ``alarm`` hears once when a trunk is lost and once when it is back. A trunk that is lost is asked last for calls.
    """

    def __init__(self, agent: UserAgent, trunks: Trunks, alarm: Alarm) -> None:
        self._agent = agent
        self._trunks = trunks
        self._alarm = alarm
        self._tasks: dict[str, tuple[tuple[Trunk, Proof | None], list[asyncio.Task[None]]]] = {}
        self.states: dict[str, State] = {}

    def configure(self, company: Company, credentials: Credentials) -> None:
        """Look after these trunks from now on; one that has not changed is left alone."""
        wanted = {trunk.name: (trunk, _proof(credentials, trunk)) for trunk in company.trunks}
        for name in [name for name, (what, _) in self._tasks.items() if wanted.get(name) != what]:
            for task in self._tasks.pop(name)[1]:
                task.cancel()
            self.states.pop(name, None)
        for name, (trunk, proof) in wanted.items():
            if name in self._tasks:
                continue
            self.states[name] = State()
            works = []
            if trunk.register_s and proof is not None:
                works.append(for_ever(partial(self._stay_registered, trunk, proof), "registration", trunk=trunk.name))
            if trunk.check_s:
                works.append(for_ever(partial(self._keep_asking, trunk), "signs_of_life", trunk=trunk.name))
            self._tasks[name] = (trunk, proof), works

    async def stop(self) -> None:
        """Give registrations back, in a moment."""
        tasks = [task for _, works in self._tasks.values() for task in works]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=2 * GOODBYE_S)

    async def test(self, trunk: Trunk, within_s: float = TEST_S) -> dict[str, Any]:
        """Ask once whether it answers and takes our password (OPTIONS), and say what it said: ``status``, ``reason``,
        ``took_ms``, and ``fault`` with its ``cause``: ``address``, ``unreachable``, ``silent``, ``busy``, ``password``,
        ``stranger`` (it asks for a password that we have not), ``registration``.

        Changes nothing of what calls go by.
        """
        said: dict[str, Any] = {
            "address": None,
            "status": None,
            "reason": "",
            "took_ms": None,
            "fault": "",
            "cause": "",
        }
        hop = self._trunks.hop(trunk)
        if hop is None:
            try:
                async with asyncio.timeout(within_s):
                    hop = (await resolve(uri_of(trunk.host, trunk.port, trunk.transport)))[0]
            except (ResolveError, TimeoutError, IndexError) as error:
                return {**said, "fault": str(error) or f"{trunk.host} has no address", "cause": "address"}
        said["address"] = f"{hop.remote[0]}:{hop.remote[1]}"
        proof = self._tasks[trunk.name][0][1] if trunk.name in self._tasks else None
        ours, target = NameAddress(self._agent.contact(hop)), _domain_of(trunk)
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(within_s):
                response = await self._agent.request(
                    "OPTIONS", target, hop, from_=ours, to=NameAddress(target), credentials=proof
                )
        except TimeoutError:
            return {**said, "fault": f"no answer within {within_s:g} s", "cause": "silent"}
        except RequestTimeoutError as error:
            return {**said, "fault": str(error), "cause": "unreachable"}
        took = asyncio.get_running_loop().time() - began
        cause, fault = self._judged(trunk, response, proof)
        answer = {"status": response.status, "reason": response.reason, "took_ms": round(took * 1000, 1)}
        return {**said, **answer, "fault": fault, "cause": cause}

    def _judged(self, trunk: Trunk, response: Response, proof: Proof | None) -> tuple[str, str]:
        """What is wrong with a trunk that has answered a test so; both are empty when nothing is."""
        answered = f"{response.status} {response.reason}"
        if response.status in {408, 503}:
            return "busy", answered
        state = self.states.get(trunk.name)
        registered = None if state is None else state.registered
        if response.status in {401, 403, 407} and registered is not True:
            return ("stranger" if proof is None else "password"), answered
        return ("registration", state.fault) if state is not None and registered is False else ("", "")

    def document(self) -> dict[str, Any]:
        """Every trunk's state, as JSON types."""
        return {
            name: {"registered": state.registered, "alive": state.alive, "fault": state.fault}
            for name, state in self.states.items()
        }

    # --- Registration (RFC 3261 §10.2) --------------------------------------------------------------------------------

    async def _stay_registered(self, trunk: Trunk, proof: Proof) -> None:
        registration = _Registration(self._agent.tokens(), expires_s=trunk.register_s)
        try:
            while True:
                pause_s = await self._register(trunk, proof, registration)
                await asyncio.sleep(pause_s)
        except asyncio.CancelledError:
            if registration.is_held:
                registration.expires_s = 0
                try:
                    async with asyncio.timeout(GOODBYE_S):
                        await self._ask(trunk, proof, registration)
                except (RequestTimeoutError, TimeoutError):
                    pass  # it expires by itself
            raise

    async def _register(self, trunk: Trunk, proof: Proof, registration: _Registration) -> float:
        """Register once; seconds until the next time."""
        state = self.states[trunk.name]
        hop = self._trunks.hop(trunk)
        try:
            response = await self._ask(trunk, proof, registration)
        except RequestTimeoutError as error:
            response, fault = None, str(error)
        else:
            fault = "" if response is None else f"{response.status} {response.reason}"
        if response is not None and response.status < 300:
            registration.failures, registration.is_held = 0, True
            self._trunks.route_by(trunk.name, tuple(response.headers.values("service-route")[:MAX_ROUTES]))
            if state.registered is False:
                self._alarm("trunk_back", f"trunk {trunk.name} is registered again")
            state.registered, state.fault = True, ""
            return refresh_after(granted_s(response, registration.expires_s))
        if response is not None and response.status == 423:
            asked = (response.headers.get("min-expires") or "").strip()
            if asked.isascii() and asked.isdigit() and registration.expires_s < int(asked[:9]) <= LONGEST_EXPIRES_S:
                registration.expires_s = int(asked[:9])
                return 0.0
        is_silent = response is None or response.status in {408, 503}
        if hop is not None and is_silent and self._trunks.failed(trunk, hop):
            return 0.0  # the next of its addresses, at once (RFC 3263 §4.3)
        registration.failures += 1
        self._lost(trunk, fault or "its address is not known", state.registered is not False)
        state.registered, registration.is_held = False, False
        pause_s = min(FIRST_PAUSE_S * float(1 << min(registration.failures - 1, 12)), LONGEST_PAUSE_S)
        if response is not None and response.status in {401, 403, 404, 407}:
            pause_s = max(pause_s, REFUSED_PAUSE_S)
        self._trunks.unanswered(trunk.name, pause_s + 60.0)
        return pause_s

    async def _ask(self, trunk: Trunk, proof: Proof, registration: _Registration) -> Response | None:
        """The response to a REGISTER; None while no address is known. Raises RequestTimeoutError."""
        hop = self._trunks.hop(trunk)
        if hop is None:
            return None
        aor = NameAddress(Uri("sip", proof.username, trunk.host))
        contact = NameAddress(self._agent.contact(hop, proof.username))
        sequence, registration.sequence = registration.sequence, registration.sequence + 4  # room for challenges
        return await self._agent.request(
            "REGISTER",
            _domain_of(trunk),
            hop,
            from_=aor,
            to=aor,
            headers=[("Contact", str(contact)), ("Expires", str(registration.expires_s))],
            credentials=proof,
            call_id=registration.call_id,
            sequence=sequence,
        )

    # --- Signs of life ------------------------------------------------------------------------------------------------

    async def _keep_asking(self, trunk: Trunk) -> None:
        while True:
            await self._check(trunk)
            await asyncio.sleep(trunk.check_s)

    async def _check(self, trunk: Trunk) -> None:
        """OPTIONS (RFC 3261 §11): whoever answers lives, whatever the answer, but for 408 and 503."""
        state = self.states[trunk.name]
        fault = "its address is not known"
        while (hop := self._trunks.hop(trunk)) is not None:
            ours = NameAddress(self._agent.contact(hop))
            target = _domain_of(trunk)
            try:
                response = await self._agent.request("OPTIONS", target, hop, from_=ours, to=NameAddress(target))
                fault = f"{response.status} {response.reason}" if response.status in {408, 503} else ""
            except RequestTimeoutError as error:
                fault = str(error)
            if not fault or not self._trunks.failed(trunk, hop, trunk.check_s + 60.0):
                break
        if fault:
            self._lost(trunk, fault, state.alive is not False)
            state.alive = False
            self._trunks.unanswered(trunk.name, trunk.check_s + 60.0)
            return
        if state.alive is False:
            self._alarm("trunk_back", f"trunk {trunk.name} answers again")
            if state.registered is not False:
                self._trunks.answered(trunk.name)
        state.alive, state.fault = True, "" if state.registered is not False else state.fault

    def _lost(self, trunk: Trunk, fault: str, is_news: bool) -> None:
        self.states[trunk.name].fault = fault
        if is_news:
            self._alarm("trunk_lost", f"trunk {trunk.name}: {fault}")


def granted_s(response: Response, asked_s: int) -> int:
    """For how long a registrar has taken our only Contact (RFC 3261 §10.2.4): its expires, else the header's."""
    try:
        contacts = response.contacts
    except MalformedError:
        contacts = []
    given = [contact.parameter("expires") for contact in contacts]
    for text in (*(given if len(given) == 1 else ()), response.headers.get("expires")):
        if text is not None and text.strip().isascii() and text.strip().isdigit():
            return min(int(text.strip()[:9]), LONGEST_EXPIRES_S)
    return asked_s


def refresh_after(granted: int) -> float:
    """Seconds until a registration is refreshed: in time for several more tries, and never in a tight loop."""
    return max(10.0, granted * 0.5 if granted < 600 else granted - 300.0)


def _domain_of(trunk: Trunk) -> Uri:
    return Uri("sip", "", trunk.host, trunk.port or None)


def _proof(credentials: Credentials, trunk: Trunk) -> Proof | None:
    secret = credentials.trunks.get(trunk.name)
    return Proof(secret.username, secret.password) if secret is not None and secret.username else None
