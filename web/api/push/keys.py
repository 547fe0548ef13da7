"""The key by which push services know this server (VAPID, RFC 8292): made once, kept encrypted in the database."""

from __future__ import annotations

import asyncio
import base64
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from sqlalchemy import delete

from store.engine import Database
from store.errors import UnreadableSecretError
from store.secret_key import SecretKey
from web.api.push.endpoint import audience
from web.api.tables import PushKey, PushSubscription

ONLY = 1
GOOD_FOR_S = 12 * 3600  # RFC 8292 §2: a day at most
MAX_AUDIENCES = 100

log = structlog.get_logger(__name__)


class VapidKeys:
    """``open`` before anything else. ``contact``: whom a push service may ask (mailto: or https:); ``now``: epoch s."""

    def __init__(self, database: Database, data_dir: Path, contact: str, now: Callable[[], float]) -> None:
        self._database = database
        self._data_dir = data_dir
        self._contact = contact
        self._now = now
        self._key: Vapid02 | None = None
        self._proofs: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def open(self) -> None:
        """Read the key; make one where there is none, or none that this installation can read. Raises KeyFileError."""
        secret = await asyncio.to_thread(SecretKey.of, self._data_dir)
        async with self._database.transaction() as session:
            row = await session.get(PushKey, ONLY)
            if row is not None:
                try:
                    private = secret.decrypt(row.private_key)
                except UnreadableSecretError:
                    # Browsers subscribe to one key; to another one they have to do it again.
                    log.warning("push_key_unreadable", meaning="browsers subscribe again when their page is opened")
                    await session.execute(delete(PushSubscription))
                else:
                    self._key = Vapid02.from_pem(private.encode())
                    return
            self._key = Vapid02()
            self._key.generate_keys()
            kept = secret.encrypt(self._key.private_pem().decode())
            await session.merge(PushKey(id=ONLY, private_key=kept, created_at=self._now()))

    @property
    def public(self) -> str:
        """What browsers subscribe with: the public key, base64url of the uncompressed point."""
        assert self._key is not None, "open() comes first"
        point = self._key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def proof(self, endpoint: str) -> str:
        """The Authorization header for a push service, made again when half its time is over."""
        assert self._key is not None, "open() comes first"
        to, now = audience(endpoint), self._now()
        made_at, proof = self._proofs.get(to, (-GOOD_FOR_S, ""))
        if now - made_at > GOOD_FOR_S / 2:
            claims = {"aud": to, "exp": int(now) + GOOD_FOR_S, "sub": self._contact}
            proof = str(self._key.sign(claims)["Authorization"])
            self._proofs[to] = (now, proof)
            while len(self._proofs) > MAX_AUDIENCES:
                self._proofs.popitem(last=False)
        return proof
