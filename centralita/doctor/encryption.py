"""The certificate: there, readable, for its key, not expired, for the name that peers use."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509

from centralita.doctor.finding import Finding, fault, good, warning
from config.settings import Settings

WARNING_S = 14 * 86400


def certificate(settings: Settings) -> Iterator[Finding]:
    """What a browser or a telephone would say of it."""
    if settings.tls_cert is None or settings.tls_key is None:
        if not ip_address(settings.bind).is_loopback:
            yield warning(
                "certificate: none; browsers give no microphone to a page without HTTPS "
                "(CENTRALITA_TLS_CERT, CENTRALITA_TLS_KEY)"
            )
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(settings.tls_cert, settings.tls_key)
        found = x509.load_pem_x509_certificate(settings.tls_cert.read_bytes())
    except (OSError, ssl.SSLError, ValueError) as error:
        yield fault(f"certificate: {settings.tls_cert}: {error}")
        return
    left = found.not_valid_after_utc.timestamp() - time.time()
    if left <= 0:
        yield fault(f"certificate: {settings.tls_cert} has expired; renew it")
    elif left < WARNING_S:
        yield warning(f"certificate: {settings.tls_cert} expires in {left / 86400:.0f} days; renew it")
    else:
        yield good(f"certificate: good for {left / 86400:.0f} days")
    wanted = urlsplit(settings.public_url).hostname
    if wanted is not None and not _is_for(found, wanted):
        yield fault(f"certificate: {settings.tls_cert} is not for {wanted} (CENTRALITA_PUBLIC_URL); get one that is")


def _is_for(certificate_: x509.Certificate, name: str) -> bool:
    try:
        names = certificate_.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    hosts = [host.lower() for host in names.get_values_for_type(x509.DNSName)]
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    parent = name.lower().partition(".")[2]
    return name.lower() in hosts or f"*.{parent}" in hosts or name in addresses
