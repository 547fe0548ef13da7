"""SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import quote, unquote

from pbx.sip.errors import UriError

Parameters = tuple[tuple[str, str | None], ...]

MAX_URI = 4096
_REMEMBERED_LENGTH = 128
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*\Z")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?\Z")
_TELEPHONE = re.compile(r"[+0-9A-Fa-f*#().-]+\Z")
_USER_SAFE = "-_.!~*'()&=+$,;?/"
_PARAMETER_SAFE = "-_.!~*'()[]/:&+$"
_PLAIN = re.compile(r"[A-Za-z0-9.+_~-]*").fullmatch
_FORBIDDEN = re.compile(r"[\s<>\"\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Uri:
    """One URI. ``user`` is unescaped; for ``tel`` it is the number; for other schemes everything after the colon.

    ``host`` is without brackets for IPv6; ``port`` None where the URI names none.
    """

    scheme: str = "sip"
    user: str = ""
    host: str = ""
    port: int | None = None
    parameters: Parameters = ()
    headers: tuple[tuple[str, str], ...] = ()
    password: str | None = None

    def parameter(self, name: str) -> str | None:
        """The value of a parameter; "" for one without a value, None when absent."""
        for key, value in self.parameters:
            if key == name:
                return value or ""
        return None

    def with_parameter(self, name: str, value: str | None = None) -> Uri:
        """This URI with the parameter added or replaced."""
        kept = tuple(pair for pair in self.parameters if pair[0] != name)
        return replace(self, parameters=(*kept, (name, value)))

    def without_headers(self) -> Uri:
        """As it may stand in a request line: header parameters are not allowed there (§19.1.1)."""
        return replace(self, headers=()) if self.headers else self

    @property
    def is_sip(self) -> bool:
        return self.scheme in {"sip", "sips"}

    @property
    def aor(self) -> str:
        """``user@host`` in lower-case host form: what a registrar indexes by (§10.3)."""
        return f"{self.user}@{self.host.lower()}" if self.user else self.host.lower()

    def matches(self, other: Uri) -> bool:
        """Whether both are the same by the rules of §19.1.4."""
        if (self.scheme, self.user, self.password, self.host.lower(), self.port) != (
            other.scheme,
            other.user,
            other.password,
            other.host.lower(),
            other.port,
        ):
            return False
        mine, theirs = _folded(self.parameters), _folded(other.parameters)
        if any(mine[name] != theirs[name] for name in mine.keys() & theirs.keys()):
            return False
        if any(name in {"user", "ttl", "method", "maddr", "transport"} for name in mine.keys() ^ theirs.keys()):
            return False
        return sorted((name.lower(), value) for name, value in self.headers) == sorted(
            (name.lower(), value) for name, value in other.headers
        )

    def __str__(self) -> str:
        parts = [self.scheme, ":"]
        if self.is_sip:
            if self.user:
                parts.append(_escape(self.user, _USER_SAFE))
                if self.password is not None:
                    parts.append(":" + _escape(self.password, "-_.!~*'()&=+$,"))
                parts.append("@")
            parts.append(f"[{self.host}]" if ":" in self.host else self.host)
            if self.port is not None:
                parts.append(f":{self.port}")
        else:
            parts.append(self.user)
        for name, value in self.parameters:
            parts.append(f";{name}" if value is None else f";{name}={_escape(value, _PARAMETER_SAFE)}")
        if self.headers:
            parts.append("?" + "&".join(f"{name}={_escape(value, _PARAMETER_SAFE)}" for name, value in self.headers))
        return "".join(parts)


def _folded(parameters: Parameters) -> dict[str, str]:
    return {name.lower(): (value or "").lower() for name, value in parameters}


def parse_uri(text: str) -> Uri:
    """A URI from its text. Raises UriError; its status is 400, or 414 for one that is too long."""
    return _parse_remembered(text) if len(text) <= _REMEMBERED_LENGTH else _parse(text)


def _parse(text: str) -> Uri:
    if len(text) > MAX_URI:
        raise UriError("URI too long", 414, "Request-URI Too Long")
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or not _SCHEME.match(scheme) or not rest or _FORBIDDEN.search(rest):
        raise UriError(f"not a URI: {text[:80]!r}")
    if scheme in {"sip", "sips"}:
        return _sip(scheme, rest)
    if scheme == "tel":
        number, _, parameters = rest.partition(";")
        if not _TELEPHONE.match(number):
            raise UriError(f"not a telephone number: {number[:40]!r}")
        return Uri("tel", number, parameters=parse_parameters(parameters))
    return Uri(scheme, rest)


# One call names the same few URIs in a dozen messages.
_parse_remembered = lru_cache(maxsize=2048)(_parse)


def _sip(scheme: str, rest: str) -> Uri:
    if "%" in rest and _BAD_ESCAPE.search(rest):
        raise UriError("a percent sign without two hexadecimal digits")
    user, password = "", None
    userinfo, at, remainder = rest.rpartition("@") if "?" not in rest else _split_before_headers(rest)
    if at:
        user, colon, secret = userinfo.partition(":")
        if not user or "@" in userinfo:
            raise UriError("empty user, or an unescaped @ in it")
        user, password = _unescape(user), _unescape(secret) if colon else None
    remainder, _, header_text = remainder.partition("?")
    address, _, parameter_text = remainder.partition(";")
    host, port = split_host_port(address)
    return Uri(
        scheme,
        user,
        host,
        port,
        parse_parameters(parameter_text) if parameter_text else (),
        _headers(header_text) if header_text else (),
        password,
    )


def _split_before_headers(rest: str) -> tuple[str, str, str]:
    # A user may hold "?" unescaped, and headers may hold "@" only escaped: the first "@" ends the user.
    userinfo, at, remainder = rest.partition("@")
    return (userinfo, at, remainder) if at else ("", "", rest)


def split_host_port(text: str) -> tuple[str, int | None]:
    """``host[:port]`` as its parts, IPv6 without brackets. Raises UriError."""
    if text.startswith("["):
        host, bracket, port_text = text[1:].partition("]")
        try:
            IPv6Address(host)
        except ValueError:
            raise UriError(f"not an IPv6 address: {host[:60]!r}") from None
        if not bracket or (port_text and not port_text.startswith(":")):
            raise UriError("text after an IPv6 address")
        port_text = port_text[1:]
    else:
        host, _, port_text = text.partition(":")
        if len(host) > 255 or not _HOST.match(host):
            raise UriError(f"not a host: {host[:60]!r}")
    if not port_text:
        return host, None
    if not port_text.isascii() or not port_text.isdigit() or len(port_text) > 5 or int(port_text) > 65535:
        raise UriError(f"not a port: {port_text[:20]!r}")
    return host, int(port_text)


def parse_parameters(text: str) -> Parameters:
    """``name=value;name`` as pairs, names in lower case. Raises UriError."""
    pairs: list[tuple[str, str | None]] = []
    for part in text.split(";"):
        if not part:
            continue
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if not name:
            raise UriError("a parameter without a name")
        pairs.append((name, _unescape(value.strip()) if equals else None))
    return tuple(pairs)


def _unescape(text: str) -> str:
    return unquote(text) if "%" in text else text


def _escape(text: str, safe: str) -> str:
    return text if _PLAIN(text) else quote(text, safe=safe, errors="surrogateescape")


def _headers(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if name:
            pairs.append((unquote(name), unquote(value)))
    return tuple(pairs)
