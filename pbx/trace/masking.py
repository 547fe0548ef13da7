"""What must not be read in a trace: proofs of passwords, keys of media, cookies and tokens, digits (PINs are typed)."""

from __future__ import annotations

import re

MASK = b"***"

_DIGEST = re.compile(
    rb"^((?:proxy-)?authorization|authentication-info)([ \t]*:[ \t]*)(digest\b)?([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)",
    re.I | re.M,
)
_PROOF = re.compile(rb'\b(response|cnonce|nonce|nextnonce|rspauth)([ \t]*=[ \t]*)("[^"\r\n]*"|[^,\s]+)', re.I)
_CHALLENGE = re.compile(rb"^((?:www|proxy)-authenticate[ \t]*:)([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", re.I | re.M)
_WHOLE = re.compile(
    rb"^(cookie|set-cookie|identity|x-[a-z0-9-]*(?:token|key|secret))([ \t]*:[ \t]*)[^\r\n]*", re.I | re.M
)
_SDES = re.compile(rb"^(a=crypto:[^\r\n]*?inline:)[^\s\r\n]+", re.I | re.M)
_ICE = re.compile(rb"^(a=ice-pwd:)[^\r\n]+", re.I | re.M)
_KEY = re.compile(rb"^(k=[a-z0-9]+:)[^\r\n]+", re.I | re.M)
_DIGIT = re.compile(rb"^((?:Signal|d)[ \t]*=[ \t]*)[0-9A-D*#]{1,64}[ \t]*(?=\r?$)", re.I | re.M)
_KPML = re.compile(rb'(<kpml-response\b[^>]*\bdigits[ \t]*=[ \t]*)"[^"]*"', re.I)
_URI_PASSWORD = re.compile(rb"(\bsips?:[^@\s:;>?\"]{1,64}):[^@\s;>?\"]{1,128}@", re.I)


def mask(octets: bytes) -> bytes:
    """The message with every secret in it replaced. What stands in its place says so, and the rest is unchanged.

    Lengths change, and Content-Length stays as it was sent.
    """
    octets = _DIGEST.sub(_authorization, octets)
    octets = _CHALLENGE.sub(lambda found: found[1] + _PROOF.sub(_proof, found[2]), octets)
    octets = _WHOLE.sub(lambda found: found[1] + found[2] + MASK, octets)
    octets = _SDES.sub(lambda found: found[1] + MASK, octets)
    octets = _ICE.sub(lambda found: found[1] + MASK, octets)
    octets = _DIGIT.sub(lambda found: found[1] + MASK, octets)
    octets = _KPML.sub(lambda found: found[1] + b'"' + MASK + b'"', octets)
    octets = _KEY.sub(lambda found: found[1] + MASK, octets)
    return _URI_PASSWORD.sub(lambda found: found[1] + b":" + MASK + b"@", octets)


def _authorization(found: re.Match[bytes]) -> bytes:
    if found[3] is None and b"=" not in found[4]:
        return found[1] + found[2] + MASK
    if found[3] is None and not found[1].lower().startswith(b"authentication-info"):
        return found[1] + found[2] + MASK  # Bearer, Basic …
    return found[1] + found[2] + (found[3] or b"") + _PROOF.sub(_proof, found[4])


def _proof(found: re.Match[bytes]) -> bytes:
    return found[1] + found[2] + b'"' + MASK + b'"'
