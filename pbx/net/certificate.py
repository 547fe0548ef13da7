"""The certificate that this installation shows, and takes anew from its files when they change."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from pbx.net.errors import CertificateError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 10.0

_Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """A chain and its key as PEM files.

    ``server`` is the context of a listening socket for as long as the process lives: each handshake gets what the
    files held last. ``client`` is for connections of ours: the peer must show a certificate for its name from an
    authority that this machine trusts (``SSL_CERT_FILE`` names others), and may ask for ours (mutual TLS).
    """

    def __init__(self, chain: Path, key: Path) -> None:
        """Reads the files (blocking). Raises CertificateError."""
        self._chain = chain
        self._key = key
        self._stamp = self._look()
        self.server, self.client = self._load()
        self._current = self.server
        self._asks_clients = False
        self.server.sni_callback = self._choose  # called in every handshake, also without a name (RFC 6066 §3)

    def ask_clients(self, on: bool) -> None:
        """Whether whoever connects is asked for a certificate; one that is shown must be from a trusted authority.

        Reads the authorities' files (blocking) when it is turned on.
        """
        if on != self._asks_clients:
            self._asks_clients = on
            self._set_verification(self.server)
            self._set_verification(self._current)

    def refresh(self) -> bool:
        """Read the files again if they are others than last time (blocking); whether they were.

        Raises CertificateError: what was in force stays so, and the same files are not tried again.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        current, self.client = self._load()
        self._set_verification(current)
        self._current = current
        return True

    async def watch(self, on_fault: Callable[[str], None], every_s: float = LOOK_EVERY_S) -> None:
        """Look at the files again and again, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            try:
                if await asyncio.to_thread(self.refresh):
                    log.info("the certificate was read anew from %s", self._chain)
            except CertificateError as error:
                on_fault(str(error))

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._current

    def _set_verification(self, context: ssl.SSLContext) -> None:
        """Both the context that a handshake begins with and the one that it goes on with decide about it."""
        if self._asks_clients:
            context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
        context.verify_mode = ssl.CERT_OPTIONAL if self._asks_clients else ssl.CERT_NONE

    def _load(self) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        client = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
        try:
            for context in (server, client):
                context.load_cert_chain(self._chain, self._key, password=_no_password)
        except (OSError, ValueError) as error:
            raise CertificateError(f"{self._chain}, {self._key}: {error}") from None
        return server, client

    def _look(self) -> _Stamp:
        try:
            seen = [file.stat() for file in (self._chain, self._key)]
        except OSError as error:
            raise CertificateError(f"{error.filename}: {error.strerror}") from None
        return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in seen)


def _no_password() -> str:
    """OpenSSL would ask at the terminal."""
    raise ValueError("the key is encrypted; allowed: a key without a password")
