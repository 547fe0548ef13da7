"""TURN servers for browsers whose network lets no UDP through, with credentials that expire.

The user name holds the time until which it is good, and the password is its MAC: coturn's ``use-auth-secret``
(draft-uberti-behave-turn-rest-00).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from config.settings import Settings


def ice_servers(settings: Settings, login: str, expires_at: float) -> list[dict[str, Any]]:
    """What `RTCPeerConnection` is given; empty when there are none, for the media plane is reached directly."""
    urls = settings.turn_urls
    if not urls:
        return []
    if not settings.turn_secret:
        return [{"urls": list(urls)}]
    username = f"{int(expires_at)}:{login}"
    mac = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1)  # SHA-1 is what TURN servers check
    return [{"urls": list(urls), "username": username, "credential": base64.b64encode(mac.digest()).decode()}]
