"""SIP over WebSocket (RFC 7118): the office has the sockets, we have what is said over them.

A browser is a peer as one on TCP is: what it sends comes over its connection, and what is for it goes there, since the
``.invalid`` host of its Contact leads nowhere (RFC 7118 §5.3). One that comes back, its network having changed, is
reached over its new connection also in the calls that it began over the old one: its Via tells that it is the same.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pbx.ipc.browser_frames import CLOSED, MAX_ADDRESS, MAX_BACKLOG, MAX_LOGIN, MAX_MESSAGE, MESSAGE, OPENED
from pbx.net.hop import Hop
from pbx.net.transport import Count, Failed, Receive, next_connection_number

MAX_BROWSERS = 10_000
MAX_REMEMBERED = 20_000  # connections, open or not, whose browser is known by its Via

_PING, _PONG = b"\r\n\r\n", b"\r\n"  # RFC 5626 §4.4.1
_SENT_BY = re.compile(rb"^(?:via|v)[ \t]*:[ \t]*SIP/2\.0/WSS?[ \t]+([a-z0-9.-]{1,128})", re.I | re.M)

Name = tuple[str, str]


class Link(Protocol):
    """The connection to an office: `pbx.ipc.connection.Connection`."""

    @property
    def is_open(self) -> bool: ...

    @property
    def backlog(self) -> int: ...

    def notify(self, name: str, payload: Any) -> None: ...


@dataclass(slots=True)
class Browser:
    """One WebSocket; ``login`` is who had signed in when it was opened."""

    hop: Hop
    login: str
    link: Link
    id: int
    name: Name | None = None  # login and sent-by of its Via: the same after it has come back


class Browsers:
    """Every WebSocket of every office."""

    _receive: Receive
    _count: Count
    _lost: Callable[[int], None]
    _signed_out: Callable[[frozenset[int]], None]

    def __init__(self) -> None:
        self._by_id: dict[tuple[Link, int], Browser] = {}
        self._by_number: dict[int, Browser] = {}
        self._names: OrderedDict[int, Name] = OrderedDict()
        self._newest: OrderedDict[Name, int] = OrderedDict()

    def use(
        self,
        receive: Receive,
        counted: Count,
        lost: Callable[[int], None],
        signed_out: Callable[[frozenset[int]], None],
    ) -> None:
        """Before the first office: ``lost`` hears the number (``Hop.connection``) of each WebSocket that is gone.

        ``signed_out`` hears all that a browser has had, open or not, whose person has been signed out in it.
        """
        self._receive = receive
        self._count = counted
        self._lost = lost
        self._signed_out = signed_out

    def __len__(self) -> int:
        return len(self._by_number)

    def login_of(self, connection: int) -> str | None:
        """Who has signed in at the browser at the other end of a connection; None when it is gone."""
        browser = self._by_number.get(connection)
        return browser.login if browser is not None else None

    # --- From an office -----------------------------------------------------------------------------------------------

    def told(self, link: Link, name: str, payload: Any) -> None:
        """A notification of the office at ``link``. What is not as `pbx.ipc.browser_frames` says is counted only."""
        try:
            if name == OPENED:
                self._opened(link, payload)
            elif name == MESSAGE:
                self._message(link, payload["id"], payload["data"])
            elif name == CLOSED:
                browser = self._by_id.get((link, payload["id"]))
                self._closed(browser)
                if browser is not None and payload.get("signed_out") is True:
                    self._signed_out(self._numbers_of(browser))
        except (KeyError, TypeError, ValueError):
            self._count("browser_faults")

    def link_lost(self, link: Link) -> None:
        """An office is gone, and with it every WebSocket that it had."""
        for browser in [browser for browser in self._by_number.values() if browser.link is link]:
            self._closed(browser)

    def _opened(self, link: Link, payload: Any) -> None:
        id_, login, address, port = payload["id"], payload["login"], payload["address"], payload["port"]
        if not isinstance(id_, int) or not isinstance(login, str) or not 0 < len(login) <= MAX_LOGIN:
            raise ValueError("no id or no login")
        if not isinstance(address, str) or not 0 < len(address) <= MAX_ADDRESS:
            raise ValueError("no address")
        if not isinstance(port, int) or not 0 <= port <= 65535:
            raise ValueError("no port")
        if (link, id_) in self._by_id:
            raise ValueError("this id is in use")
        if len(self._by_number) >= MAX_BROWSERS:
            self._count("connections_refused")
            link.notify(CLOSED, {"id": id_})
            return
        transport = "wss" if payload["secure"] is True else "ws"
        hop = Hop(transport, (address, port), None, next_connection_number())
        self._by_id[link, id_] = self._by_number[hop.connection] = Browser(hop, login, link, id_)

    def _message(self, link: Link, id_: object, data: object) -> None:
        browser = self._by_id.get((link, id_)) if isinstance(id_, int) else None
        if browser is None or not isinstance(data, bytes) or len(data) > MAX_MESSAGE:
            self._count("browser_faults")
        elif data == _PING:
            self._count("keepalives")
            link.notify(MESSAGE, {"id": id_, "data": _PONG})
        elif data.strip(b"\r\n"):
            if browser.name is None:
                self._recognise(browser, data)
            self._receive(data, browser.hop)

    def _recognise(self, browser: Browser, data: bytes) -> None:
        found = _SENT_BY.search(data, 0, 4096)
        if found is None or data.startswith(b"SIP/"):
            return  # the Via of a response is our own
        name = browser.name = browser.login, found[1].decode("ascii").lower()
        self._names[browser.hop.connection] = name
        self._newest[name] = browser.hop.connection
        self._newest.move_to_end(name)
        for remembered in (self._names, self._newest):
            while len(remembered) > MAX_REMEMBERED:
                remembered.popitem(last=False)

    def _closed(self, browser: Browser | None) -> None:
        if browser is None or self._by_number.pop(browser.hop.connection, None) is None:
            return
        self._by_id.pop((browser.link, browser.id), None)
        self._lost(browser.hop.connection)

    def _numbers_of(self, browser: Browser) -> frozenset[int]:
        """Every connection that it has had, as far as they are remembered."""
        mine = {number for number, name in self._names.items() if name == browser.name}
        return frozenset({browser.hop.connection, *mine})

    # --- To a browser -------------------------------------------------------------------------------------------------

    def send(self, data: bytes, hop: Hop, failed: Failed | None) -> None:
        """Send to the browser of the hop's connection, wherever it is now."""
        browser = self._reached_at(hop.connection)
        if browser is None or not browser.link.is_open or browser.link.backlog > MAX_BACKLOG:
            self._count("send_failed")
            if failed is not None:
                asyncio.get_running_loop().call_soon(failed)
            return
        browser.link.notify(MESSAGE, {"id": browser.id, "data": data})

    def _reached_at(self, connection: int) -> Browser | None:
        name = self._names.get(connection)
        newest = self._by_number.get(self._newest.get(name, 0)) if name is not None else None
        return newest or self._by_number.get(connection)

    def close(self) -> None:
        """Have every office close its WebSockets; the browsers come back to whoever is there then."""
        for browser in list(self._by_number.values()):
            browser.link.notify(CLOSED, {"id": browser.id})
            self._closed(browser)


class WebSocketTransport:
    """``ws`` or ``wss``, as the browser has it; both are the same connections."""

    def __init__(self, name: str, browsers: Browsers) -> None:
        self.name = name
        self._browsers = browsers

    def send(self, data: bytes, hop: Hop, failed: Failed | None) -> None:
        self._browsers.send(data, hop, failed)

    async def stop(self) -> None:
        self._browsers.close()
