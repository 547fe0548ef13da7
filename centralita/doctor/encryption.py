"""The certificate: there, readable, for its key, not expired, for the name that peers use."""

from __future__ import annotations

import ssl
import time
from collections.abc import Generator, Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from centralita.doctor.finding import Finding, fault, good, warning
from config.settings import Settings
from pbx.net.certificate_folder import names_of, pairs_in
from pbx.net.errors import CertificateError

WARNING_S = 14 * 86400


def certificate(settings: Settings) -> Iterator[Finding]:
    """What a browser or a telephone would say of the certificate, and of those for further names."""
    if settings.tls_cert is None or settings.tls_key is None:
        if not ip_address(settings.bind).is_loopback:
            yield warning(
                "certificate: none; browsers give no microphone to a page without HTTPS "
                "(CENTRALITA_TLS_CERT, CENTRALITA_TLS_KEY)"
            )
        return
    found = yield from _look_at(settings.tls_cert, settings.tls_key)
    wanted = urlsplit(settings.public_url).hostname
    if found is not None and wanted is not None and not _is_for(found, wanted):
        yield fault(f"certificate: {settings.tls_cert} is not for {wanted} (CENTRALITA_PUBLIC_URL); get one that is")
    if settings.tls_dir is not None:
        yield from _further_names(settings.tls_dir)


def _further_names(folder: Path) -> Iterator[Finding]:
    """The folder of NAME.pem and NAME.key (`pbx.net.certificate_folder`), as the server reads it."""
    try:
        pairs = pairs_in(folder)
    except CertificateError as error:
        yield fault(f"certificate: {error} (CENTRALITA_TLS_DIR); the server does not start")
        return
    if not pairs:
        yield warning(f"certificate: {folder} (CENTRALITA_TLS_DIR) has none; put NAME.pem and NAME.key there")
    chosen: dict[str, Path] = {}
    for chain, key in pairs:
        yield from _look_at(chain, key)
        try:
            names = names_of(chain)
        except CertificateError as error:
            yield fault(f"certificate: {error}")
            continue
        for name in names:
            if (other := chosen.get(name)) is not None:
                yield warning(f"certificate: {name} is in {other.name} and in {chain.name}; the latter is shown")
            chosen[name] = chain


def _look_at(chain: Path, key: Path) -> Generator[Finding, None, x509.Certificate | None]:
    """One chain and its key: can they be used, and for how long. None when they cannot."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(chain, key, password=_no_password)
        found = x509.load_pem_x509_certificate(chain.read_bytes())
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        what = "the files do not fit each other" if "KEY_VALUES_MISMATCH" in str(error) else str(error)
        yield fault(f"certificate: {chain}, {key}: {what}")
        return None
    left = found.not_valid_after_utc.timestamp() - time.time()
    if left <= 0:
        yield fault(f"certificate: {chain} has expired; renew it")
    elif left < WARNING_S:
        yield warning(f"certificate: {chain} expires in {left / 86400:.0f} days; renew it")
    else:
        yield good(f"certificate: {chain.name} is good for {left / 86400:.0f} days")
    return found


def _no_password() -> str:
    """OpenSSL would ask at the terminal."""
    raise ValueError("the key is encrypted; allowed: a key without a password")


def _is_for(certificate_: x509.Certificate, name: str) -> bool:
    try:
        names = certificate_.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    hosts = [host.lower() for host in names.get_values_for_type(x509.DNSName)]
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    parent = name.lower().partition(".")[2]
    return name.lower() in hosts or f"*.{parent}" in hosts or name in addresses
