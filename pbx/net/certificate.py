"""The certificate that this installation shows, and takes anew from its files when they change."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from pbx.net.certificate_folder import names_of, pairs_in
from pbx.net.errors import CertificateError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 10.0

_Stamp = tuple[tuple[str, int, int, int], ...]


class Certificate:
    """A chain and its key as PEM files, and for further names those of a folder (`certificate_folder`).

    ``server`` is the context of a listening socket for as long as the process lives: each handshake gets what the
    files held last, of the name that it asks for (RFC 6066 §3) or else of the first chain. ``client`` is for
    connections of ours: the peer must show a certificate for its name from an authority that this machine trusts
    (``SSL_CERT_FILE`` names others), and may ask for ours (mutual TLS).
    """

    def __init__(self, chain: Path, key: Path, folder: Path | None = None) -> None:
        """Reads the files (blocking). Raises CertificateError."""
        self._chain = chain
        self._key = key
        self._folder = folder
        self._stamp = self._look()
        self.server, self.client, self._by_name = self._load()
        self._current = self.server
        self._asks_clients = False
        self.server.sni_callback = self._choose  # called in every handshake, also without a name (RFC 6066 §3)

    def ask_clients(self, on: bool) -> None:
        """Whether whoever connects is asked for a certificate; one that is shown must be from a trusted authority.

        Reads the authorities' files (blocking) when it is turned on.
        """
        if on != self._asks_clients:
            self._asks_clients = on
            for context in {self.server, self._current, *self._by_name.values()}:
                self._set_verification(context)

    def refresh(self) -> bool:
        """Read the files again if they are others than last time (blocking); whether they were.

        Raises CertificateError: what was in force stays so, and the same files are not tried again.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        current, client, by_name = self._load()
        for context in {current, *by_name.values()}:
            self._set_verification(context)
        self._current, self.client, self._by_name = current, client, by_name
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

    def _choose(self, connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._for(name.lower()) if name and self._by_name else self._current

    def _for(self, name: str) -> ssl.SSLContext:
        return self._by_name.get(name) or self._by_name.get(f"*.{name.partition('.')[2]}") or self._current

    def _set_verification(self, context: ssl.SSLContext) -> None:
        """Both the context that a handshake begins with and the one that it goes on with decide about it."""
        if self._asks_clients:
            context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
        context.verify_mode = ssl.CERT_OPTIONAL if self._asks_clients else ssl.CERT_NONE

    def _load(self) -> tuple[ssl.SSLContext, ssl.SSLContext, dict[str, ssl.SSLContext]]:
        server = _context(ssl.Purpose.CLIENT_AUTH, self._chain, self._key)
        client = _context(ssl.Purpose.SERVER_AUTH, self._chain, self._key)
        by_name: dict[str, ssl.SSLContext] = {}
        for chain, key in pairs_in(self._folder):
            by_name |= dict.fromkeys(names_of(chain), _context(ssl.Purpose.CLIENT_AUTH, chain, key))
        return server, client, by_name

    def _look(self) -> _Stamp:
        try:
            files = [self._chain, self._key, *(file for pair in pairs_in(self._folder) for file in pair)]
            seen = [(str(file), file.stat()) for file in files]
        except OSError as error:
            raise CertificateError(f"{error.filename}: {error.strerror}") from None
        return tuple((name, one.st_mtime_ns, one.st_size, one.st_ino) for name, one in seen)


def _context(purpose: ssl.Purpose, chain: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(purpose)
    try:
        context.load_cert_chain(chain, key, password=_no_password)
    except (OSError, ValueError) as error:
        raise CertificateError(f"{chain}, {key}: {error}") from None
    return context


def _no_password() -> str:
    """OpenSSL would ask at the terminal."""
    raise ValueError("the key is encrypted; allowed: a key without a password")
