"""Headers that tell browsers what this site never does."""

from __future__ import annotations

from aiohttp import web

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob: mediastream:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}
STRICT_TRANSPORT = "max-age=31536000"


def policy_with_nonce(nonce: str) -> str:
    """The policy of the page: style elements that carry ``nonce`` are its own, scripts only ever come from files."""
    return CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal: called before the headers of any response leave."""
    add_headers(response, is_secure=request.secure)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")


def add_headers(response: web.StreamResponse, *, is_secure: bool) -> None:
    """What every response says, also one to a request that could not be read."""
    response.headers["Server"] = "Centralita"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_secure:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
