"""Answering a digest challenge (RFC 7616 §3.4, RFC 8760; RFC 3261 §22): what a trunk or another exchange asks of us."""

from __future__ import annotations

from dataclasses import dataclass, field

from pbx.sip.digest import ALGORITHMS, expected_response, ha1, parse_digest
from pbx.sip.errors import DigestError
from pbx.sip.message import Request, Response
from pbx.sip.name_address import quote_string

_CHALLENGES = (("www-authenticate", "Authorization"), ("proxy-authenticate", "Proxy-Authorization"))
_MAX_CHALLENGES = 8


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and its password."""

    username: str
    password: str = field(default="", repr=False)


def authorize(request: Request, response: Response, credentials: Credentials, cnonce: str) -> Request | None:
    """The request again, with credentials for every realm that the 401 or 407 names, and the next CSeq; without Via.

    None when there is nothing that can be answered: no challenge of a known algorithm, or the same credentials were
    refused already (not because the nonce was stale).
    """
    again = Request(request.method, request.uri_text, request.headers.copy(), request.body)
    again.headers.remove("via")
    again.headers.set("cseq", f"{request.cseq.number + 1} {request.method}")
    answered = False
    for challenge_header, answer_header in _CHALLENGES:
        challenge = _best(response.headers.values(challenge_header))
        if challenge is None:
            continue
        if request.headers.get(answer_header) is not None and challenge.get("stale", "").lower() != "true":
            return None
        again.headers.remove(answer_header)
        again.headers.add(answer_header, _answer(challenge, again, credentials, cnonce))
        answered = True
    return again if answered else None


def _best(values: list[str]) -> dict[str, str] | None:
    """The topmost challenge that we can answer (RFC 8760 §2.4)."""
    for value in values[:_MAX_CHALLENGES]:
        try:
            challenge = parse_digest(value)
        except DigestError:
            continue
        algorithm = challenge.get("algorithm", "MD5").upper()
        qop = [option.strip().lower() for option in challenge.get("qop", "").split(",") if option.strip()]
        if algorithm in ALGORITHMS and challenge.get("nonce") and (not qop or "auth" in qop):
            challenge["algorithm"] = algorithm
            challenge["qop"] = "auth" if qop else ""
            return challenge
    return None


def _answer(challenge: dict[str, str], request: Request, credentials: Credentials, cnonce: str) -> str:
    algorithm = challenge["algorithm"]
    realm = challenge.get("realm", "")
    given = {"uri": request.uri_text, "nonce": challenge["nonce"], "qop": challenge["qop"]}
    if challenge["qop"]:
        given |= {"nc": "00000001", "cnonce": cnonce}
    secret = ha1(credentials.username, realm, credentials.password, algorithm)
    parts = [
        f"username={quote_string(credentials.username)}",
        f"realm={quote_string(realm)}",
        f"nonce={quote_string(challenge['nonce'])}",
        f"uri={quote_string(request.uri_text)}",
        f'response="{expected_response(secret, request.method, algorithm, given)}"',
        f"algorithm={algorithm}",
    ]
    if challenge["qop"]:
        parts.append(f'cnonce="{cnonce}", qop=auth, nc=00000001')
    if "opaque" in challenge:
        parts.append(f"opaque={quote_string(challenge['opaque'])}")
    return "Digest " + ", ".join(parts)
