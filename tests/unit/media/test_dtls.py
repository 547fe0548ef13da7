"""What a peer shows in its handshake, whatever it is (RFC 5763, RFC 8122)."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL, crypto

from pbx.media.dtls import Association, Identity
from pbx.media.errors import DtlsError
from pbx.media.srtp import SrtpKeys
from pbx.sdp.protection import DtlsParameters


def odd_peer() -> tuple[Identity, str]:
    """A peer whose certificate is of a version that there is not, and its fingerprint."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(7).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    octets = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    version = octets.index(b"\xa0\x03\x02\x01\x02") + 4
    odd = crypto.load_certificate(crypto.FILETYPE_ASN1, octets[:version] + b"\x09" + octets[version + 1 :])
    peer = Identity()
    peer.context = SSL.Context(SSL.DTLS_METHOD)
    peer.context.use_privatekey(key)
    peer.context.use_certificate(odd)
    peer.context.set_tlsext_use_srtp(b"SRTP_AES128_CM_SHA1_80")
    return peer, odd.digest("sha256").decode()


def shake_hands(ours: Association, theirs: Association) -> SrtpKeys | None:
    """Carry datagrams until nothing is left to carry; the keys that our side ends with."""
    keys, to_us = None, theirs.begin().datagrams
    while to_us:
        to_them = []
        for datagram in to_us:
            progress = ours.take(datagram)
            keys = progress.keys or keys
            to_them += progress.datagrams
        to_us = [answer for datagram in to_them for answer in theirs.take(datagram).datagrams]
    return keys


@pytest.mark.parametrize("is_expected", [True, False])
def test_a_certificate_is_judged_by_its_octets_however_odd_it_is(is_expected: bool) -> None:
    server, (client, fingerprint) = Identity(), odd_peer()
    expected = DtlsParameters("SHA-256", fingerprint if is_expected else server.fingerprint, "active")
    ours = Association(server, expected, is_client=False)
    theirs = Association(client, DtlsParameters("sha-256", server.fingerprint, "passive"), is_client=True)
    if is_expected:
        assert shake_hands(ours, theirs) is not None
    else:
        with pytest.raises(DtlsError, match="not the one"):
            shake_hands(ours, theirs)
