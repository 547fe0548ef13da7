"""Certificates for further names: a folder of NAME.pem and NAME.key, shown to who asks for them (RFC 6066 §3)."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from pbx.net.errors import CertificateError

MAX_PAIRS = 200
MAX_NAMES = 100  # of one certificate


def pairs_in(folder: Path | None) -> list[tuple[Path, Path]]:
    """Every chain with its key, by file name (blocking). Raises CertificateError."""
    if folder is None:
        return []
    try:
        chains = sorted(file for file in folder.iterdir() if file.suffix == ".pem")
    except OSError as error:
        raise CertificateError(f"{folder}: {error.strerror}") from None
    if len(chains) > MAX_PAIRS:
        raise CertificateError(f"{folder}: {len(chains)} certificates; allowed: {MAX_PAIRS}")
    return [(chain, chain.with_suffix(".key")) for chain in chains]


def names_of(chain: Path) -> list[str]:
    """The DNS names that a certificate is for, in lower case; ``*.`` begins a wildcard. Raises CertificateError."""
    try:
        found = x509.load_pem_x509_certificate(chain.read_bytes())
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        raise CertificateError(f"{chain}: for no name; allowed: a certificate with subject alternative names") from None
    except (OSError, ValueError) as error:
        raise CertificateError(f"{chain}: {error}") from None
    return [name.lower() for name in alternatives.get_values_for_type(x509.DNSName)][:MAX_NAMES]
