"""Web Push as the office has it: the server's key, who has subscribed, and calls told to browsers that sleep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.settings import Settings
from store.engine import Database
from web.api.push.keys import VapidKeys
from web.api.push.ringing import PushRinging
from web.api.push.sender import PushSender
from web.api.push.subscriptions import PushSubscriptions


@dataclass(frozen=True, slots=True)
class Push:
    """The parts, opened and closed together."""

    keys: VapidKeys
    subscriptions: PushSubscriptions
    sender: PushSender
    ringing: PushRinging

    @classmethod
    def over(
        cls,
        database: Database,
        settings: Settings,
        *,
        connected: Callable[[str], set[str]],
        wait_s: Callable[[], int],
        count: Callable[[str], None],
        now: Callable[[], float],
    ) -> Push:
        """``connected``, ``wait_s``, ``count``: as `PushRinging` has them."""
        keys = VapidKeys(database, settings.data_dir, contact(settings), now)
        subscriptions = PushSubscriptions(database, now)
        sender = PushSender(keys, settings.push_hosts)
        ringing = PushRinging(subscriptions, sender, connected=connected, wait_s=wait_s, count=count, now=now)
        return cls(keys, subscriptions, sender, ringing)

    async def open(self) -> None:
        """Raises KeyFileError, StoreError."""
        await self.keys.open()
        await self.subscriptions.open()

    async def close(self) -> None:
        await self.ringing.stop()
        await self.sender.close()


def contact(settings: Settings) -> str:
    """Whom a push service may ask about what this server sends (RFC 8292 §2.1)."""
    if settings.mail_from:
        return f"mailto:{settings.mail_from}"
    if settings.public_url.startswith("https://"):
        return settings.public_url
    return f"mailto:postmaster@{settings.domain if '.' in settings.domain else 'centralita.invalid'}"
