"""From octets to a message: start line and header fields are cut, nothing in them is read yet (RFC 3261 §7, §25)."""

from __future__ import annotations

import re

from pbx.sip.errors import MalformedError, RemoteError, TooLargeError
from pbx.sip.headers import KNOWN_KEYS, Headers, header_key
from pbx.sip.message import Message, Request, Response
from pbx.sip.name_address import is_token, parse_name_address

MAX_MESSAGE = 65_536
MAX_HEAD = 32_768
MAX_LINE = 8_192
MAX_FIELDS = 256
MAX_VIAS = 70

_FOLD = re.compile(r"[ \t]*\r\n[ \t]+")
_SINGLE = frozenset({"from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type"})


def parse(data: bytes) -> Request | Response:
    """The message in a datagram, or one that framing has cut from a stream.

    Raises MalformedError or TooLargeError when there is nothing to answer. A request that is wrong but can be
    answered comes back with its ``fault``; ``check_request`` raises it.
    """
    if len(data) > MAX_MESSAGE:
        raise TooLargeError(f"{len(data)} octets")
    end = data.find(b"\r\n\r\n")
    if end < 0:
        raise MalformedError("no end of the header")
    if end > MAX_HEAD:
        raise TooLargeError(f"a header of {end} octets")
    text = data[:end].decode("utf-8", "surrogateescape").lstrip("\r\n")
    if "\r\n " in text or "\r\n\t" in text:
        text = _FOLD.sub(" ", text)
    lines = text.split("\r\n")
    if len(lines) > MAX_FIELDS:
        raise TooLargeError(f"{len(lines)} header fields")
    message = _start(lines[0])
    is_plain = len(text) <= MAX_LINE and text.count("\n") == text.count("\r") == len(lines) - 1
    fields, fault = _fields(lines, is_plain)
    message.headers = Headers.of_keys(fields)
    message.fault = message.fault or fault
    _take_body(message, data, end + 4)
    return message


def _fields(lines: list[str], is_plain: bool) -> tuple[list[tuple[str, str]], MalformedError | None]:
    """The header fields, and what is wrong with the lines that are none: those are left out, the others tell whom to
    answer. ``is_plain``: no line is too long, and none has a lone CR or LF in it."""
    fields: list[tuple[str, str]] = []
    fault: MalformedError | None = None
    known = KNOWN_KEYS.get
    for line in lines[1:]:
        if not is_plain and len(line) > MAX_LINE:
            raise TooLargeError(f"a line of {len(line)} characters")
        name, colon, value = line.partition(":")
        if not colon or (not is_plain and ("\n" in line or "\r" in line)):
            fault = MalformedError(f"not a header field: {line[:60]!r}")
            continue
        key = known(name) or header_key(name)
        if not key or " " in key:
            fault = MalformedError(f"not a header name: {name[:40]!r}")
            continue
        fields.append((key, value.strip()))
    return fields, fault


def _start(line: str) -> Request | Response:
    if len(line) > MAX_LINE or "\n" in line or "\r" in line or "\x00" in line:
        raise MalformedError("not a start line")
    if line[:4].upper() == "SIP/":
        version, _, rest = line.partition(" ")
        status, _, reason = rest.partition(" ")
        if version.upper() != "SIP/2.0" or len(status) != 3 or not status.isascii() or not status.isdigit():
            raise MalformedError(f"not a status line: {line[:60]!r}")
        if not 100 <= int(status) <= 699:
            raise MalformedError(f"not a status: {status}")
        return Response(int(status), reason, Headers())
    method, _, rest = line.rstrip(" ").partition(" ")
    uri, _, version = rest.rpartition(" ")
    if not is_token(method) or not uri or version[:4].upper() != "SIP/":
        raise MalformedError(f"not a request line: {line[:60]!r}")
    request = Request(method, uri, Headers())
    if version.upper() != "SIP/2.0":
        request.fault = RemoteError(f"version {version[:20]}", 505, "Version Not Supported")
    elif " " in uri or line.endswith(" "):
        request.fault = MalformedError("white space where none may be in the request line")
    return request


def _take_body(message: Message, data: bytes, start: int) -> None:
    available = len(data) - start
    declared = message.headers.get("content-length")
    if declared is None:
        message.body = data[start:]
    elif not declared.isascii() or not declared.isdigit() or len(declared) > 10:
        message.fault = message.fault or MalformedError("not a number in Content-Length")
    elif int(declared) > available:
        message.fault = message.fault or MalformedError(f"{declared} octets declared, {available} here")
    else:
        message.body = data[start : start + int(declared)]


def check_request(request: Request) -> None:
    """Everything that a request must have to be worked on (§8.1.1, §8.2, §16.3). Raises RemoteError with its status."""
    if request.fault is not None:
        raise request.fault
    _check_single(request)
    if request.cseq.method != request.method:
        raise MalformedError("CSeq names another method")
    if request.from_.tag is None and request.via.branch.startswith("z9hG4bK"):
        raise MalformedError("no tag in From")
    _ = request.to, request.call_id
    if request.uri_text[:4].lower() not in {"sip:", "sips", "tel:"}:
        scheme = request.uri_text.partition(":")[0]
        if is_token(scheme) and ":" in request.uri_text:
            raise RemoteError(f"scheme {scheme[:20]}", 416, "Unsupported URI Scheme")
        raise MalformedError("not a Request-URI")
    if request.uri.headers:
        raise MalformedError("headers in the Request-URI")  # §19.1.1, table 1
    if len(request.vias) > MAX_VIAS:
        raise RemoteError("too many Vias", 483, "Too Many Hops")
    _ = request.max_forwards
    if request.method in {"INVITE", "REGISTER"}:
        _ = request.contacts


def check_response(response: Response) -> None:
    """Everything that a response must have to be matched (§18.1.2). Raises MalformedError: drop it."""
    if response.fault is not None:
        raise response.fault
    _check_single(response)
    _ = response.cseq, response.from_, response.to, response.call_id
    if len(response.headers.values("via")) != 1:
        raise MalformedError("a response to somebody else: more or less than one Via")
    if response.status < 300 and response.cseq.method in {"INVITE", "UPDATE"}:
        # What a dialog is built of: a fault in it must show before anything has gone by the response.
        _ = response.contacts, response.sdp
        for route in response.headers.values("record-route"):
            parse_name_address(route)


def _check_single(message: Message) -> None:
    single = [key for key, _ in message.headers.fields if key in _SINGLE]
    if len(single) != len(set(single)):
        raise MalformedError(f"more than one {next(key for key in single if single.count(key) > 1)}")
