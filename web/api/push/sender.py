"""Posts to push services (RFC 8030 §5): within a deadline, once more where that may help, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

import aiohttp
import structlog

from web.api.push.endpoint import PublicOnlyResolver, check_endpoint
from web.api.push.errors import ForbiddenEndpointError
from web.api.push.keys import VapidKeys
from web.api.push.recipient import MAX_PAYLOAD, Recipient

TIMEOUT_S = 5.0
AGAIN_AFTER_S = 1.0
LONGEST_REST_S = 3.0
AT_ONCE = 32
MAX_ANSWER = 1024
GONE = frozenset({404, 410})  # RFC 8030 §7.3
NEVER = GONE | {400, 401, 403, 413}

log = structlog.get_logger(__name__)


class Outcome(Enum):
    """What the push service said of one message."""

    TAKEN = "taken"
    GONE = "gone"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Message:
    """``topic``: a later message of the same topic takes the place of one not delivered yet (RFC 8030 §5.4)."""

    text: bytes
    ttl_s: int
    urgency: str
    topic: str


class PushSender:
    """One connection pool for all pushes. ``own``: hosts of the company's own push services."""

    def __init__(self, keys: VapidKeys, own: Collection[str] = ()) -> None:
        self._keys = keys
        self._own = own
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def send(self, to: Recipient, message: Message) -> Outcome:
        """Push to one browser."""
        if len(message.text) > MAX_PAYLOAD:
            raise ValueError(f"a push of {len(message.text)} octets; allowed: {MAX_PAYLOAD}")
        async with self._limit:
            status, rest_s = await self._post(to, message)
            if not _is_taken(status) and status not in NEVER and rest_s <= LONGEST_REST_S:
                await asyncio.sleep(max(rest_s, AGAIN_AFTER_S))
                status, _ = await self._post(to, message)
        if _is_taken(status):
            return Outcome.TAKEN
        if status in GONE:
            return Outcome.GONE
        return Outcome.UNREACHABLE if status == 0 else Outcome.REFUSED

    async def _post(self, to: Recipient, message: Message) -> tuple[int, float]:
        """The status, 0 for none, and how long the push service wants to be left alone, in seconds."""
        headers = {
            "Authorization": self._keys.proof(to.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl_s),
            "Urgency": message.urgency,
            "Topic": message.topic,
        }
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicOnlyResolver(self._own), limit=AT_ONCE),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            check_endpoint(to.endpoint, self._own)
            body = to.encrypted(message.text)
            async with self._http.post(to.endpoint, data=body, headers=headers, allow_redirects=False) as response:
                said = (await response.content.read(MAX_ANSWER)).decode("utf-8", "replace")
                if not _is_taken(response.status):
                    log.info("push_refused", login=to.login, status=response.status, said=said[:200])
                return response.status, _seconds(response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, ForbiddenEndpointError, OSError, TimeoutError) as error:
            log.info("push_failed", login=to.login, error=" ".join(str(error).split()) or type(error).__name__)
            return 0, 0.0


def _is_taken(status: int) -> bool:
    return 200 <= status < 300


def _seconds(written: str) -> float:
    """Retry-After in seconds; a date there is later than a call can wait."""
    if not written:
        return 0.0
    return float(written) if written.isdigit() and len(written) < 6 else LONGEST_REST_S + 1
