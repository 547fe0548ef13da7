"""What the office and the exchange say to each other about browsers' WebSockets: one connection carries them all.

The office asks for ``BROWSERS`` once, on a connection that is for nothing else. From then on both sides send
notifications; a browser is named by ``id``, a number that the office never uses twice on that connection.

- ``OPENED`` (office): ``{id, login, address, port, secure}``: somebody signed in has opened a WebSocket
- ``MESSAGE`` (either): ``{id, data}``: one SIP message, or a keep-alive (RFC 7118 §5.2)
- ``CLOSED`` (either): ``{id}``: the WebSocket is closed, or is to be; ``signed_out`` (true, office): so is the person,
  whose calls in this browser are over
"""

from __future__ import annotations

BROWSERS = "browsers"
OPENED = "browser.opened"
MESSAGE = "browser.message"
CLOSED = "browser.closed"

MAX_MESSAGE = 65_536
MAX_LOGIN = 64
MAX_ADDRESS = 64
MAX_BACKLOG = 8 << 20
"""Octets that one side may owe the other before further messages are lost."""
