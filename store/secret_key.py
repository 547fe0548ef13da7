"""The key of an installation: what must be readable again (a carrier's password) is encrypted with it in the database.

It is a file of the data directory, readable by its owner only, and never in the database: a stolen database, or a dump
of it, opens no trunk.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from store.errors import KeyFileError, UnreadableSecretError

KEY_FILE = "secret.key"
_OTHERS = 0o077


class SecretKey:
    """Encrypts and decrypts short texts (Fernet: AES-128-CBC with HMAC-SHA-256)."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for what is no key."""
        self._fernet = Fernet(key)

    @classmethod
    def fresh(cls) -> SecretKey:
        """A key of its own, kept nowhere."""
        return cls(Fernet.generate_key())

    @classmethod
    def of(cls, data_dir: Path) -> SecretKey:
        """The key of the installation in ``data_dir``, made if there is none. Reads a file: not for an event loop.

        Raises KeyFileError, with what to do.
        """
        file = data_dir / KEY_FILE
        try:
            if not file.exists():
                data_dir.mkdir(parents=True, exist_ok=True)
                _write(file, Fernet.generate_key())
            if file.stat().st_mode & _OTHERS:
                raise KeyFileError(f"{file}: others may read it; set its mode: chmod 600 {file}")
            return cls(file.read_bytes().strip())
        except OSError as error:
            raise KeyFileError(f"{file}: {error.strerror}; it must be readable and its folder writable") from None
        except ValueError:
            raise KeyFileError(
                f"{file}: not a key; put it back from a backup, or delete it and set the trunks' passwords again"
            ) from None

    def encrypt(self, text: str) -> str:
        """``text`` for the database."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypt(self, kept: str) -> str:
        """What was encrypted. Raises UnreadableSecretError: with another key, or changed since."""
        try:
            return self._fernet.decrypt(kept).decode()
        except (InvalidToken, ValueError):
            raise UnreadableSecretError("encrypted with another key") from None


def _write(file: Path, key: bytes) -> None:
    """Whole or not at all; whoever comes second keeps what is there."""
    aside = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(key + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    with suppress(FileExistsError):
        os.link(aside, file)
    aside.unlink()
