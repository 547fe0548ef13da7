"""The key of the installation: made once, its owner's only, with a clear word when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import KeyFileError, UnreadableSecretError
from store.secret_key import KEY_FILE, SecretKey


def test_it_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    kept = SecretKey.of(data).encrypt("hunter2")
    assert (data / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert SecretKey.of(data).decrypt(kept) == "hunter2"
    assert [file.name for file in data.iterdir()] == [KEY_FILE]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(UnreadableSecretError):
        SecretKey.fresh().decrypt(SecretKey.fresh().encrypt("x"))
    with pytest.raises(UnreadableSecretError):
        SecretKey.fresh().decrypt("plain text from somewhere, é")


def test_a_key_that_others_may_read_or_that_is_none_is_refused_with_what_to_do(tmp_path: Path) -> None:
    SecretKey.of(tmp_path)
    file = tmp_path / KEY_FILE
    file.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        SecretKey.of(tmp_path)
    file.chmod(0o600)
    file.write_text("not a key")
    with pytest.raises(KeyFileError, match="backup"):
        SecretKey.of(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError, match="writable"):
        SecretKey.of(tmp_path / "file" / "data")
