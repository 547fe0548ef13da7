"""DTLS 1.2 over memory: one association per secure leg, from the first flight to the SRTP keys (RFC 5763, RFC 5764).

Time is OpenSSL's own: ``deadline`` says when ``wake`` is due.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import time
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from OpenSSL.crypto import X509

from pbx.media.errors import DtlsError
from pbx.media.srtp import AEAD_AES_128, AES_CM_128, KEY_BYTES, SALT_BYTES, SrtpKeys
from pbx.sdp.protection import DtlsParameters

MTU = 1200
RECORD_HEADER = 13
ALGORITHMS = ("sha-256", "sha-384", "sha-512", "sha-224")
_DTLS_1_2 = 0xFEFD
_PROFILES = {b"SRTP_AEAD_AES_128_GCM": AEAD_AES_128, b"SRTP_AES128_CM_SHA1_80": AES_CM_128}
_LABEL = b"EXTRACTOR-dtls_srtp"
_DAY = datetime.timedelta(days=1)
_CHUNK = 1 << 16


class Identity:
    """A self-signed certificate, made anew whenever a worker starts, and the context that shows it."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centralita")])
        now = datetime.datetime.now(datetime.UTC)
        built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        built = built.serial_number(x509.random_serial_number()).not_valid_before(now - _DAY)
        certificate = built.not_valid_after(now + 365 * _DAY).sign(key, hashes.SHA256())
        self.fingerprint = fingerprint_of(certificate, "sha-256")
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.set_min_proto_version(_DTLS_1_2)
        self.context.set_options(SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_TICKET)
        self.context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        self.context.use_privatekey(key)
        self.context.use_certificate(certificate)
        # The chain proves nothing about a self-signed certificate: its fingerprint in the description does.
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        self.context.set_tlsext_use_srtp(b":".join(_PROFILES))


@dataclass(frozen=True, slots=True)
class Progress:
    """What a step of the handshake gave: datagrams to send, and the keys with the step that completes it."""

    datagrams: list[bytes]
    keys: SrtpKeys | None = None
    is_closed: bool = False


class Association:
    """One handshake and what follows. ``expected`` is the peer's certificate by its description."""

    def __init__(self, identity: Identity, expected: DtlsParameters, is_client: bool) -> None:
        self._expected = expected
        self._is_client = is_client
        self._connection = SSL.Connection(identity.context, None)
        self._connection.set_ciphertext_mtu(MTU)
        if is_client:
            self._connection.set_connect_state()
        else:
            self._connection.set_accept_state()
        self.is_up = False
        self.deadline: float | None = None

    def begin(self) -> Progress:
        """The first flight of a client; a server waits. Raises DtlsError."""
        return self._step() if self._is_client else Progress([])

    def take(self, datagram: bytes) -> Progress:
        """A datagram of the peer. Raises DtlsError."""
        if len(datagram) < RECORD_HEADER:
            return Progress([])
        try:
            self._connection.bio_write(datagram)
        except SSL.Error as error:
            raise DtlsError(_text(error)) from None
        return self._step()

    def wake(self) -> Progress:
        """The deadline has passed: what was lost is sent again. Raises DtlsError when that was tried too often."""
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error as error:
            raise DtlsError(f"no answer: {_text(error)}") from None
        return Progress(self._flush())

    def _step(self) -> Progress:
        keys, is_closed = None, False
        try:
            if not self.is_up:
                self._connection.do_handshake()
                keys = self._finish()
            else:
                self._connection.recv(_CHUNK)  # alerts and repeated flights; application data is not for us
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            is_closed = True
        except SSL.Error as error:
            raise DtlsError(_text(error)) from None
        return Progress(self._flush(), keys, is_closed)

    def _finish(self) -> SrtpKeys:
        certificate = self._connection.get_peer_certificate()
        if certificate is None or not _matches(certificate, self._expected):
            raise DtlsError("the certificate is not the one that the description names")
        profile = _PROFILES.get(self._connection.get_selected_srtp_profile())
        if profile is None:
            raise DtlsError("no SRTP profile is agreed on")
        self.is_up = True
        key, salt = KEY_BYTES, SALT_BYTES[profile]
        material = self._connection.export_keying_material(_LABEL, 2 * (key + salt))
        client = material[:key] + material[2 * key : 2 * key + salt]
        server = material[key : 2 * key] + material[2 * key + salt :]
        theirs, ours = (server, client) if self._is_client else (client, server)
        return SrtpKeys(profile, theirs, ours)

    def _flush(self) -> list[bytes]:
        """What OpenSSL wants sent, whole records together as far as a datagram holds them; sets the deadline."""
        chunks = []
        while True:
            try:
                chunks.append(self._connection.bio_read(_CHUNK))
            except SSL.WantReadError:
                break
        left = self._connection.DTLSv1_get_timeout()
        self.deadline = None if left is None else time.monotonic() + left
        return datagrams_of(b"".join(chunks))


def datagrams_of(records: bytes) -> list[bytes]:
    """Consecutive DTLS records, packed into datagrams of at most MTU bytes where a record is no longer than that."""
    made: list[bytes] = []
    start = at = 0
    while at + RECORD_HEADER <= len(records):
        end = at + RECORD_HEADER + int.from_bytes(records[at + 11 : at + 13], "big")
        if end - start > MTU and at > start:
            made.append(records[start:at])
            start = at
        at = end
    if at > start:
        made.append(records[start:at])
    return made


def fingerprint_of(certificate: x509.Certificate, algorithm: str) -> str:
    """The certificate's fingerprint as RFC 8122 writes it."""
    raw = certificate.public_bytes(encoding=serialization.Encoding.DER)
    return hashlib.new(algorithm.replace("-", ""), raw).digest().hex(":").upper()


def _matches(certificate: X509, expected: DtlsParameters) -> bool:
    """By its octets alone: what else the certificate says is the peer's invention, and need not even be readable."""
    theirs = certificate.digest(expected.algorithm.lower().replace("-", ""))
    return hmac.compare_digest(theirs, expected.fingerprint.upper().encode())


def _text(error: SSL.Error) -> str:
    reasons = [str(part[-1]) for part in error.args[0]] if error.args and isinstance(error.args[0], list) else []
    return ", ".join(reasons) or type(error).__name__
