"""How this installation finds servers by name."""

from __future__ import annotations

import socket

from config.settings import Settings
from pbx.net.name_service import NameService
from pbx.net.resolve import Locator


def locator_for(settings: Settings) -> Locator:
    """Finds servers by the installation's name servers, in the address families that it listens in."""
    alone = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    return Locator(NameService(settings.dns_servers), family=socket.AF_UNSPEC if settings.bind_v6 else alone)
