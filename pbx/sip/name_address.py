"""A URI with a display name and header parameters: From, To, Contact, Route, Refer-To … (RFC 3261 §20.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pbx.sip.errors import MalformedError
from pbx.sip.uri import Parameters, Uri, parse_uri


@dataclass(frozen=True, slots=True)
class NameAddress:
    """``"Display" <uri>;parameter=value``. Parameters are those of the header, not of the URI."""

    uri: Uri
    display: str = ""
    parameters: Parameters = ()

    def parameter(self, name: str) -> str | None:
        """The value of a header parameter; "" for one without a value, None when absent."""
        for key, value in self.parameters:
            if key == name:
                return value or ""
        return None

    @property
    def tag(self) -> str | None:
        """The tag of a From or To."""
        return self.parameter("tag")

    def with_parameter(self, name: str, value: str | None = None) -> NameAddress:
        """This address with the parameter added or replaced."""
        kept = tuple(pair for pair in self.parameters if pair[0] != name)
        return replace(self, parameters=(*kept, (name, value)))

    def with_tag(self, tag: str) -> NameAddress:
        return self.with_parameter("tag", tag)

    def __str__(self) -> str:
        parts = []
        if self.display:
            parts.append(quote_string(self.display) + " ")
        parts.append(f"<{self.uri}>")
        for name, value in self.parameters:
            parts.append(f";{name}" if value is None else f";{name}={_as_value(value)}")
        return "".join(parts)


_REMEMBERED_LENGTH = 256
_COMMON_NAMES = frozenset({"branch", "rport", "received", "tag", "expires", "q", "transport", "lr"})
_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+").fullmatch
_VALUE = re.compile(r"[A-Za-z0-9\-.!%*_+`'~\[\]:]+").fullmatch  # gen-value = token / host / quoted-string (§25.1)


def _as_value(value: str) -> str:
    return value if _VALUE(value) else quote_string(value)


def is_token(text: str) -> bool:
    """Whether the text is a token (§25.1)."""
    return _TOKEN(text) is not None


def quote_string(text: str) -> str:
    """The text as a quoted-string; line breaks, which it cannot hold, become spaces (§25.1)."""
    text = text.replace("\r", " ").replace("\n", " ").replace("\x00", " ")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquote_string(text: str) -> str:
    """Inverse of quote_string; text without quotes comes back as it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    out, escaped = [], False
    for character in inner:
        if escaped or character != "\\":
            out.append(character)
            escaped = False
        else:
            escaped = True
    return "".join(out)


def split_unquoted(text: str, separator: str) -> list[str]:
    """Split at a separator that stands neither in a quoted string nor between angle brackets."""
    if separator not in text:
        return [text.strip()]
    if '"' not in text and "<" not in text:
        return [part.strip() for part in text.split(separator)]
    parts, start, quoted, bracketed, escaped = [], 0, False, False, False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            if character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        elif character == "<":
            bracketed = True
        elif character == ">":
            bracketed = False
        elif character == separator and not bracketed:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return parts


def parse_header_parameters(text: str) -> Parameters:
    """``;name=value;name="quoted"`` as pairs, names in lower case, values without quotes. Raises MalformedError."""
    pairs: list[tuple[str, str | None]] = []
    for part in split_unquoted(text, ";"):
        if not part:
            continue
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if name not in _COMMON_NAMES and not is_token(name):
            raise MalformedError(f"not a parameter name: {name[:40]!r}")
        pairs.append((name, unquote_string(value.strip()) if equals else None))
    return tuple(pairs)


def parse_name_address(text: str) -> NameAddress:
    """One value of From, To, Contact and their like. Raises MalformedError (UriError for the URI in it)."""
    return _parse_remembered(text) if len(text) <= _REMEMBERED_LENGTH else _parse(text)


def _parse(text: str) -> NameAddress:
    text = text.strip()
    opening = _bracket(text)
    if opening < 0:
        # Without brackets, what follows a semicolon belongs to the header, not to the URI (§20.10).
        address, semicolon, rest = text.partition(";")
        if "?" in address or "," in address:
            raise MalformedError("a URI that must stand in angle brackets")
        return NameAddress(parse_uri(address.strip()), "", parse_header_parameters(rest) if semicolon else ())
    closing = text.find(">", opening)
    if closing < 0:
        raise MalformedError("an angle bracket without its partner")
    display = text[:opening].strip()
    if display.startswith('"'):
        if len(display) < 2 or not display.endswith('"'):
            raise MalformedError("a quoted display name without its end")
        display = unquote_string(display)
    elif display and not all(is_token(word) or not word.isascii() for word in display.split()):
        raise MalformedError(f"not a display name: {display[:40]!r}")
    rest = text[closing + 1 :].strip()
    if rest and not rest.startswith(";"):
        raise MalformedError("text after the angle brackets")
    uri = parse_uri(text[opening + 1 : closing].strip())
    return NameAddress(uri, display, parse_header_parameters(rest) if rest else ())


# The messages of a call repeat the same From and To a dozen times.
_parse_remembered = lru_cache(maxsize=4096)(_parse)


def _bracket(text: str) -> int:
    """Where the URI's opening bracket is, past a quoted display name; -1 when there is none."""
    if not text.startswith('"'):
        return text.find("<")
    escaped = False
    for index in range(1, len(text)):
        if escaped:
            escaped = False
        elif text[index] == "\\":
            escaped = True
        elif text[index] == '"':
            return text.find("<", index)
    raise MalformedError("a quoted display name without its end")
