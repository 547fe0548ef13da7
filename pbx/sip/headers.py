"""Header fields of a message: order kept, names compared without case, compact forms known (RFC 3261 §7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from pbx.sip.name_address import split_unquoted

HeaderList = Iterable[tuple[str, str]]

_COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
_SPELLED = {
    "call-id": "Call-ID",
    "cseq": "CSeq",
    "mime-version": "MIME-Version",
    "www-authenticate": "WWW-Authenticate",
    "rack": "RAck",
    "rseq": "RSeq",
    "min-se": "Min-SE",
    "sip-etag": "SIP-ETag",
    "sip-if-match": "SIP-If-Match",
}
# Values of these are one thing although they hold commas (§7.3.1).
_NOT_A_LIST = frozenset(
    {"www-authenticate", "authorization", "proxy-authenticate", "proxy-authorization", "date", "subject", "user-agent"}
    | {"server", "organization", "retry-after", "warning"}
)
_COMMON = (
    *("Via", "From", "To", "Contact", "Max-Forwards", "Route", "Record-Route", "Content-Type", "Content-Length"),
    *("Allow", "Supported", "Require", "Date", "Server", "User-Agent", "Accept", "Expires", "Subject", "Reason"),
    *("Authorization", "Proxy-Authorization", "Proxy-Authenticate", "Event", "Subscription-State", "Allow-Events"),
    *("Refer-To", "Referred-By", "Replaces", "Session-Expires", "P-Asserted-Identity", "Privacy", "Diversion"),
)
_CACHE = 512
# Common names stand in the caches from the start, so that strange ones cannot keep them out.
_KEYS: dict[str, str] = dict(_COMPACT)
_KEYS |= {name: name.lower() for name in _COMMON} | {name: key for key, name in _SPELLED.items()}
_NAMES: dict[str, str] = {name.lower(): name for name in _COMMON} | _SPELLED
KNOWN_KEYS: Mapping[str, str] = _KEYS
"""``header_key`` of the names seen so far."""
KNOWN_NAMES: Mapping[str, str] = _NAMES
"""``header_name`` of the keys seen so far."""


def header_key(name: str) -> str:
    """The name to compare by: lower case, long form."""
    key = _KEYS.get(name)
    if key is None:
        lower = name.strip().lower()
        key = _COMPACT.get(lower, lower)
        if len(_KEYS) < _CACHE:
            _KEYS[name] = key
    return key


def header_name(key: str) -> str:
    """The name to write for a key: ``call-id`` becomes ``Call-ID``."""
    name = _NAMES.get(key)
    if name is None:
        name = _SPELLED.get(key) or "-".join(word.capitalize() for word in key.split("-"))
        if len(_NAMES) < _CACHE:
            _NAMES[key] = name
    return name


_NO_TOKENS: frozenset[str] = frozenset()
_REMEMBERED_LENGTH = 256


@lru_cache(maxsize=512)
def _tokens(text: str) -> frozenset[str]:
    """The tokens of one field: every telephone of a make sends the same lists in each of its messages."""
    return frozenset(value.lower() for value in split_unquoted(text, ",") if value)


class Headers:
    """An ordered list of header fields; keys are lower-case long names."""

    __slots__ = ("fields",)

    def __init__(self, fields: HeaderList = ()) -> None:
        self.fields: list[tuple[str, str]] = [(header_key(name), value) for name, value in fields]

    @classmethod
    def of_keys(cls, fields: list[tuple[str, str]]) -> Headers:
        """Headers from fields whose names are keys already; the list is taken over."""
        headers = cls.__new__(cls)
        headers.fields = fields
        return headers

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first field's value, as written."""
        key = header_key(name)
        for field, value in self.fields:
            if field == key:
                return value
        return default

    def every(self, name: str) -> list[str]:
        """The value of each field of that name, as written."""
        key = header_key(name)
        return [value for field, value in self.fields if field == key]

    def values(self, name: str) -> list[str]:
        """Every value: fields of that name, split at commas where the header is a list."""
        key = header_key(name)
        found: list[str] = []
        for field, value in self.fields:
            if field == key:
                if key in _NOT_A_LIST or "," not in value:
                    found.append(value.strip())
                else:
                    found.extend(part for part in split_unquoted(value, ",") if part)
        return found

    def tokens(self, name: str) -> frozenset[str]:
        """Every value in lower case, for lists of tokens: Supported, Require, Allow …"""
        fields = self.every(name)
        if not fields:
            return _NO_TOKENS
        if len(fields) == 1 and len(fields[0]) <= _REMEMBERED_LENGTH:
            return _tokens(fields[0])
        return frozenset(value.lower() for value in self.values(name))

    def add(self, name: str, value: str) -> None:
        self.fields.append((header_key(name), value))

    def extend(self, fields: HeaderList) -> None:
        self.fields.extend((header_key(name), value) for name, value in fields)

    def insert_first(self, name: str, value: str) -> None:
        self.fields.insert(0, (header_key(name), value))

    def set(self, name: str, value: str) -> None:
        """Replace every field of that name by one, at the place of the first."""
        key = header_key(name)
        for index, (field, _) in enumerate(self.fields):
            if field == key:
                self.fields[index] = (key, value)
                self.fields[index + 1 :] = [pair for pair in self.fields[index + 1 :] if pair[0] != key]
                return
        self.fields.append((key, value))

    def remove(self, name: str) -> None:
        key = header_key(name)
        self.fields = [pair for pair in self.fields if pair[0] != key]

    def copy(self) -> Headers:
        return Headers.of_keys(list(self.fields))

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __repr__(self) -> str:
        return f"Headers({self.fields!r})"
