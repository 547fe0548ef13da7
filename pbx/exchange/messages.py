"""Short messages between telephones of the house (MESSAGE, RFC 3428): handed on at once, kept nowhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from pbx.background import beside
from pbx.calls.caller_id import from_address
from pbx.calls.party import Party
from pbx.calls.target import Target
from pbx.net.agent import UserAgent
from pbx.net.errors import RequestTimeoutError
from pbx.net.incoming_request import IncomingRequest
from pbx.routing.authentication import Authenticator, FromPhone, Refused
from pbx.routing.gruu import PARAMETER as GRUU
from pbx.routing.registrar import Registrar
from pbx.sip.name_address import NameAddress
from pbx.sip.uri import Uri

MAX_BODY = 8192
MOST_AT_ONCE = 500  # on their way, of everybody
MOST_PER_PERSON = 10
WITHIN_S = 20.0  # the sender gives up after 32 s
CONTENT_TYPES = ("text/", "message/", "application/im-iscomposing+xml")
ACCEPT = "text/plain, text/html, message/cpim, message/imdn+xml, application/im-iscomposing+xml"


class Messages:
    """Takes MESSAGEs from people of the house, for people of the house, and says what became of them.

    A message that one device of its receiver has taken has arrived. ``clock`` gives epoch seconds.
    """

    def __init__(
        self, authenticator: Authenticator, registrar: Registrar, domain: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._authenticator = authenticator
        self._registrar = registrar
        self._domain = domain
        self._clock = clock
        self._under_way: dict[asyncio.Task[None], str] = {}

    def serve(self, incoming: IncomingRequest, agent: UserAgent) -> None:
        """Answer a MESSAGE: at once when it is refused, else when a device has taken it."""
        request = incoming.request
        who = self._authenticator.who(request, incoming.source, self._clock(), by_address=False)
        if isinstance(who, Refused):
            incoming.respond(who.status, who.reason, who.headers)
        elif not isinstance(who, FromPhone):
            incoming.respond(403)
        elif not request.content_type.startswith(CONTENT_TYPES):
            incoming.respond(415, headers=[("Accept", ACCEPT)])
        elif len(request.body) > MAX_BODY:
            incoming.respond(413)
        elif request.max_forwards == 0:
            incoming.respond(483)
        elif not self._has_room(who.person.extension):
            incoming.respond(503, headers=[("Retry-After", "5")])
        else:
            person = who.person
            sender = Party(person.extension, person.name, login=person.login, extension=person.extension)
            targets = self._registrar.targets(request.uri.user, request.uri.parameter(GRUU) or "")
            if not targets:
                incoming.respond(480 if self._registrar.is_known(request.uri.user) else 404)
                return
            task = beside(self._hand_on(incoming, agent, sender, targets), "message", sender=person.extension)
            self._under_way[task] = person.extension
            task.add_done_callback(self._under_way.pop)

    def _has_room(self, extension: str) -> bool:
        own = sum(1 for sender in self._under_way.values() if sender == extension)
        return len(self._under_way) < MOST_AT_ONCE and own < MOST_PER_PERSON

    async def _hand_on(self, incoming: IncomingRequest, agent: UserAgent, sender: Party, targets: list[Target]) -> None:
        """To every device; the best of their answers is the sender's (RFC 3261 §16.7)."""
        statuses = await asyncio.gather(*(self._deliver(incoming, agent, sender, target) for target in targets))
        incoming.respond(min(statuses, key=lambda status: (status >= 300, status)))

    async def _deliver(self, incoming: IncomingRequest, agent: UserAgent, sender: Party, target: Target) -> int:
        request = incoming.request
        to = NameAddress(Uri("sip", target.party.extension or "", self._domain))
        try:
            async with asyncio.timeout(WITHIN_S):
                response = await agent.request(
                    "MESSAGE",
                    target.uri,
                    target.hop,
                    from_=from_address(sender, self._domain),
                    to=to,
                    headers=[("Route", route) for route in target.route],
                    body=request.body,
                    content_type=request.headers.get("content-type") or "text/plain",
                )
        except (RequestTimeoutError, TimeoutError):
            return 480
        return response.status if response.status < 300 or 400 <= response.status < 500 else 480
