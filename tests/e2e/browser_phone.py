"""A browser's SIP over the ``websockets`` library: signalling alone, with a description such as Chromium writes."""

from __future__ import annotations

import asyncio
import secrets
from types import TracebackType
from typing import Any, Self

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.kit import Server
from tests.kit.api import Api
from tests.kit.digest import authorization, parse_challenge
from tests.kit.message import Message, parse, response_to

SDP = """v=0
o=- 4107351386921263417 {version} IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS 6ab89334
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:hx5B
a=ice-pwd:wAHyiEnJz8bHWdnUIEKMvLRH
a=ice-options:trickle
a=fingerprint:sha-256 8E:AF:3A:74:48:B5:C1:51:09:66:7A:E9:1D:92:C9:66:59:02:C7:97:A1:DD:B6:85:51:A9:3A:A4:E8:9B:27:82
a=setup:{setup}
a=mid:0
a={direction}
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:1529636115 cname:Q27IPza2qAfOKHJs
"""


def description(setup: str = "actpass", direction: str = "sendrecv", version: int = 2) -> bytes:
    text = SDP.format(setup=setup, direction=direction, version=version)
    return text.replace("\n", "\r\n").encode()


def attributes(body: bytes) -> list[str]:
    return body.decode().split("\r\n")


class BrowserPhone:
    """One WebSocket of somebody signed in, and what came over it."""

    def __init__(self, server: Server, api: Api, credentials: dict[str, Any], socket: ClientConnection) -> None:
        self.server = server
        self.api = api
        self.credentials = credentials
        self.socket = socket
        self.host = f"{secrets.token_hex(6)}.invalid"
        self.uri = credentials["uri"]
        self.domain = self.uri.rpartition("@")[2]
        self.contact = f"sip:{secrets.token_hex(4)}@{self.host};transport=ws"
        self.instance = f"urn:uuid:{secrets.token_hex(16)}"
        self.call_id = secrets.token_hex(11)
        self.cseq = 0

    @classmethod
    async def open(cls, server: Server, api: Api) -> Self:
        credentials = await api.post("/session/sip")
        return cls(server, api, credentials, await open_socket(server, token=api.token))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()

    async def reopen(self) -> None:
        """Connect again, as a page does whose network has changed."""
        self.socket = await open_socket(self.server, token=self.api.token)

    # --- Messages -----------------------------------------------------------------------------------------------------

    def request(
        self,
        method: str,
        to: str,
        *,
        call_id: str = "",
        to_tag: str = "",
        uri: str = "",
        body: bytes = b"",
        **more: str,
    ) -> Message:
        self.cseq += 1
        call_id = call_id or self.call_id
        headers = [
            ("Via", f"SIP/2.0/WS {self.host};branch=z9hG4bK{secrets.token_hex(6)}"),
            ("Max-Forwards", "69"),
            ("To", f"<{to}>{f';tag={to_tag}' if to_tag else ''}"),
            ("From", f"<{more.pop('from_', self.uri)}>;tag={call_id[:8]}"),
            ("Call-ID", call_id),
            ("CSeq", f"{self.cseq} {method}"),
            ("Contact", f"<{self.contact};ob>" if method != "REGISTER" else more.pop("contact", "")),
            ("Supported", "path,gruu,outbound" if method == "REGISTER" else "timer,ice,replaces,outbound"),
            ("User-Agent", "JsSIP 3.13.8"),
            *((name.replace("_", "-"), value) for name, value in more.items()),
        ]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        return Message(f"{method} {uri or to} SIP/2.0", [pair for pair in headers if pair[1]], body)

    async def send(self, message: Message) -> None:
        await self.socket.send(message.to_bytes().decode())

    async def next(self, timeout: float = 5.0) -> Message:
        """The next message, which is one whole frame."""
        async with asyncio.timeout(timeout):
            frame = await self.socket.recv()
        return parse(frame.encode() if isinstance(frame, str) else frame)

    async def next_of(self, *what: str | int, timeout: float = 5.0) -> Message:
        """The next message that is one of these methods (requests) or statuses (responses)."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self.next(timeout)
                if (message.method if message.is_request else message.status) in what:
                    return message

    async def ask(self, method: str, to: str, **options: Any) -> Message:
        """Send a request and its proof; the final response."""
        request = self.request(method, to, **options)
        await self.send(request)
        response = await self._final()
        if response.status != 401:
            return response
        if method == "INVITE":
            await self.send(self._ack(request, response, same_branch=True))
        challenges = response.all("WWW-Authenticate")
        challenge = parse_challenge(challenges[-1])  # as JsSIP does
        assert challenge is not None
        user, password = self.credentials["username"], self.credentials["password"]
        proof = authorization(challenge, user, password, method, request.uri)
        again = self.request(method, to, **options, Authorization=proof)
        await self.send(again)
        response = await self._final()
        if method == "INVITE":
            await self.send(self._ack(again, response, same_branch=response.status >= 300))
        return response

    def respond(self, request: Message, status: int, *, body: bytes = b"", to_tag: str = "b") -> Message:
        response = response_to(request, status, to_tag=to_tag)
        response.headers.append(("Contact", f"<{self.contact}>"))
        if body:
            response.headers.append(("Content-Type", "application/sdp"))
        response.body = body
        return response

    async def register(self, expires: int = 300) -> Message:
        contact = f'<{self.contact}>;+sip.ice;reg-id=1;+sip.instance="<{self.instance}>";expires={expires}'
        return await self.ask("REGISTER", self.uri, uri=f"sip:{self.domain}", contact=contact)

    async def _final(self) -> Message:
        while True:
            message = await self.next()
            if not message.is_request and message.status >= 200:
                return message

    def _ack(self, request: Message, response: Message, *, same_branch: bool) -> Message:
        headers = [
            (name, value) for name, value in request.headers if name in {"Via", "From", "Call-ID", "Max-Forwards"}
        ]
        if not same_branch:
            headers[0] = ("Via", f"SIP/2.0/WS {self.host};branch=z9hG4bK{secrets.token_hex(6)}")
        headers += [("To", response["To"]), ("CSeq", f"{request.cseq} ACK")]
        return Message(f"ACK {request.uri} SIP/2.0", headers)


async def open_socket(
    server: Server,
    *,
    token: str | None = None,
    cookie: str | None = None,
    origin: str | None = None,
    protocol: str = "sip",
) -> ClientConnection:
    """Upgrade. Raises websockets.InvalidStatus."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if cookie:
        headers["Cookie"] = f"centralita_session={cookie}"
    return await connect(
        server.base.replace("http", "ws") + "/api/v1/sip",
        additional_headers=headers,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol(protocol)] if protocol else None,
    )


async def upgrade_status(server: Server, **options: Any) -> int:
    """The status that an upgrade is refused with; 101 when it is not."""
    try:
        socket = await open_socket(server, **options)
    except websockets.InvalidStatus as refusal:
        return refusal.response.status_code
    await socket.close()
    return 101
