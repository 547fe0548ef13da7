"""A push service (RFC 8030) on loopback, and the browsers that have subscribed there."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.kit.errors import NothingCameError

_AUTH = bytes(range(16))


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key, uncompressed."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decrypt(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes = _AUTH) -> bytes:
    """A push's body as a browser reads it (RFC 8291 §3.4, RFC 8188 §2), one record."""
    salt, length = body[:16], body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    info = b"WebPush: info\x00" + point_of(key) + sender
    secret = HKDF(SHA256(), 32, salt=auth, info=info).derive(shared)
    content_key = HKDF(SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\x00").derive(secret)
    nonce = HKDF(SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\x00").derive(secret)
    padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\x00")
    assert padded.endswith(b"\x02"), "the last record ends with 2"
    return padded[:-1]


@dataclass(slots=True)
class Pushed:
    """One message: its path, its headers, and what it says."""

    path: str
    headers: dict[str, str]
    text: dict[str, Any]


@dataclass(slots=True)
class PushService:
    """Takes messages and keeps them; ``answers`` holds the statuses of the next ones, 201 when it is empty."""

    base: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    answers: list[int] = field(default_factory=list)
    pushed: asyncio.Queue[Pushed] = field(default_factory=asyncio.Queue)
    asked: int = 0

    def subscription(self, name: str = "one") -> dict[str, Any]:
        """As `PushSubscription.toJSON` says it."""
        keys = {"p256dh": base64url(point_of(self.key)), "auth": base64url(_AUTH)}
        return {"endpoint": f"{self.base}/{name}", "keys": keys}

    async def next(self, timeout: float = 20.0, **fields: Any) -> Pushed:
        """The next message with these fields. Raises NothingCameError."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    pushed = await self.pushed.get()
                    if fields.items() <= pushed.text.items():
                        return pushed
        except TimeoutError:
            raise NothingCameError(f"no push with {fields} within {timeout} s") from None

    async def take(self, request: web.Request) -> web.Response:
        self.asked += 1
        status = self.answers.pop(0) if self.answers else 201
        if status == 201:
            text = json.loads(decrypt(await request.read(), self.key))
            self.pushed.put_nowait(Pushed(request.path, dict(request.headers), text))
        return web.Response(status=status)


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """One that listens while the context lasts."""
    app = web.Application()
    runner = web.AppRunner(app)
    service = PushService("")
    app.router.add_post("/{name}", service.take)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()
