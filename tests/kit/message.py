"""SIP messages as a phone needs them (RFC 3261 §7): parse, build, look into."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.kit.errors import MessageError

COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "r": "refer-to",
    "b": "referred-by",
    "k": "supported",
    "s": "subject",
    "e": "content-encoding",
    "o": "event",
}
REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    302: "Moved Temporarily",
    400: "Bad Request",
    404: "Not Found",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    603: "Decline",
}


@dataclass
class Message:
    """A request or a response: its first line, its headers in order (full names, as written), its body."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """Of a request its own method, of a response the one that it answers."""
        return self.start.split(" ", 1)[0] if self.is_request else self["CSeq"].split()[1]

    @property
    def uri(self) -> str:
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1])

    @property
    def reason(self) -> str:
        return self.start.split(" ", 2)[2] if self.start.count(" ") > 1 else ""

    @property
    def branch(self) -> str:
        return parameter(self["Via"], "branch") or ""

    @property
    def cseq(self) -> int:
        return int(self["CSeq"].split()[0])

    def get(self, name: str) -> str | None:
        """The first value of ``name``, or None."""
        return next((value for header, value in self.headers if header.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        """Every line of ``name``, unsplit."""
        return [value for header, value in self.headers if header.lower() == name.lower()]

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise MessageError(f"no {name} in {self.start}")
        return value

    def to_bytes(self) -> bytes:
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def parse(raw: bytes) -> Message:
    """One whole message. Raises MessageError."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    if not separator:
        raise MessageError("no empty line after the headers")
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MessageError(str(error)) from None
    lines = re.sub(r"\r\n[ \t]+", " ", text).split("\r\n")
    message = Message(lines[0])
    if " " not in lines[0] or "SIP/2.0" not in lines[0]:
        raise MessageError(f"not a SIP message: {lines[0]!r}")
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise MessageError(f"not a header: {line!r}")
        name = name.strip()
        message.headers.append((COMPACT.get(name.lower(), name), value.strip()))
    length = message.get("Content-Length")
    message.body = body[: int(length)] if length and length.isdigit() else body
    message.headers = [(name, value) for name, value in message.headers if name.lower() != "content-length"]
    return message


def parameter(value: str, name: str) -> str | None:
    """Parameter ``name`` of a header value (outside of angle brackets), unquoted; None when it is not there."""
    outside = re.sub(r"<[^>]*>", "", value) if "<" in value else value
    found = re.search(rf"[;,\s]{re.escape(name)}\s*=\s*(\"[^\"]*\"|[^;,\s]+)", outside, re.IGNORECASE)
    return found.group(1).strip('"') if found else None


def uri_of(value: str) -> str:
    """The URI of a name-addr or addr-spec (RFC 3261 §20.10)."""
    found = re.search(r"<([^>]*)>", value)
    return found.group(1) if found else value.split(";", 1)[0].strip()


def display_name(value: str) -> str:
    """The display name of a name-addr, unquoted."""
    return value.partition("<")[0].strip().strip('"') if "<" in value else ""


def user_of(uri: str) -> str:
    """The user part of a SIP or tel URI."""
    scheme, _, rest = uri.partition(":")
    if scheme == "tel":
        return rest.split(";", 1)[0]
    return rest.partition("@")[0] if "@" in rest else ""


def host_and_port(uri: str) -> tuple[str, int]:
    """Where a SIP URI points, an IPv6 address without brackets; port 5060 when it names none."""
    rest = uri.partition(":")[2].rpartition("@")[2].split(";", 1)[0].split("?", 1)[0]
    host, colon, port = rest.rpartition(":") if not rest.endswith("]") and ":" in rest else (rest, "", "")
    return host.strip("[]"), int(port) if colon else 5060


def written(address: tuple[str, int]) -> str:
    """``host:port`` as in a URI, an IPv6 address in brackets."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def response_to(request: Message, status: int, reason: str = "", to_tag: str = "") -> Message:
    """A response with the headers that it owes the request (RFC 3261 §8.2.6)."""
    message = Message(f"SIP/2.0 {status} {reason or REASONS.get(status, 'Unknown')}")
    for name, value in request.headers:
        if name.lower() in {"via", "from", "call-id", "cseq"} or (name.lower() == "record-route" and status < 300):
            message.headers.append((name, value))
        elif name.lower() == "to":
            tagged = value if status == 100 or not to_tag or parameter(value, "tag") else f"{value};tag={to_tag}"
            message.headers.append((name, tagged))
    return message
