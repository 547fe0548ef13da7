"""What this user agent says it can do (RFC 3261 §11, §20.5, §20.32, §20.37)."""

from __future__ import annotations

from pbx.sip.errors import UnsupportedError
from pbx.sip.headers import HeaderList
from pbx.sip.message import Request

METHODS = (
    "INVITE",
    "ACK",
    "CANCEL",
    "BYE",
    "OPTIONS",
    "INFO",
    "UPDATE",
    "PRACK",
    "REFER",
    "NOTIFY",
    "REGISTER",
    "SUBSCRIBE",
    "MESSAGE",
)
# Understood, and refused everywhere: 405, not 501 (§21.5.2).
REFUSED = ("PUBLISH",)
ALLOW = ", ".join(METHODS)
OPTION_TAGS = frozenset({"100rel", "replaces", "timer", "path", "outbound", "norefersub", "gruu"})
SUPPORTED = "100rel, replaces, timer"
ACCEPT = "application/sdp, multipart/mixed, application/dtmf-relay, application/dtmf"
DIALOG_HEADERS: HeaderList = (("Allow", ALLOW), ("Supported", SUPPORTED))


def check_extensions(request: Request) -> None:
    """Refuse what a Require names and we do not know: 420 (§8.2.2.3). ACK and CANCEL are never refused."""
    if request.method in {"ACK", "CANCEL"}:
        return
    unknown = sorted(request.headers.tokens("require") - OPTION_TAGS)
    if unknown:
        raise UnsupportedError("Require", 420, "Bad Extension", [("Unsupported", ", ".join(unknown))])


def check_method(request: Request) -> None:
    """501 to a method that nobody here knows (§8.2.1)."""
    if request.method not in METHODS and request.method not in REFUSED:
        raise UnsupportedError(f"method {request.method[:20]}", 501, "Not Implemented", [("Allow", ALLOW)])


def check_accept(request: Request) -> None:
    """406 to an INVITE whose sender takes no SDP back (§8.2.3, §20.1)."""
    accepted = {value.partition(";")[0].strip() for value in request.headers.tokens("accept")}
    if accepted and request.method == "INVITE" and not accepted & {"application/sdp", "application/*", "*/*"}:
        raise UnsupportedError("Accept", 406, "Not Acceptable", [("Accept", ACCEPT)])


def check_body(request: Request) -> None:
    """415 to a body of an INVITE, re-INVITE or UPDATE that cannot be read and must be (§8.2.3)."""
    if not request.body or request.method not in {"INVITE", "UPDATE", "PRACK", "ACK"}:
        return
    encoding = (request.headers.get("content-encoding") or "identity").strip().lower()
    if encoding not in {"identity", ""}:
        raise UnsupportedError("Content-Encoding", 415, "Unsupported Media Type", [("Accept-Encoding", "identity")])
    optional = "handling=optional" in (request.headers.get("content-disposition") or "").lower().replace(" ", "")
    if request.sdp is None and not optional and not request.content_type.startswith("multipart/"):
        raise UnsupportedError("Content-Type", 415, "Unsupported Media Type", [("Accept", ACCEPT)])
