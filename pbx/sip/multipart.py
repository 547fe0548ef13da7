"""Finding one part in a body of several (RFC 2046 §5.1, RFC 5621)."""

from __future__ import annotations

from pbx.sip.errors import MalformedError
from pbx.sip.name_address import parse_header_parameters

MAX_PARTS = 16


def find_part(content_type: str, body: bytes, wanted: str) -> bytes | None:
    """The content of the first part whose media type is ``wanted``; None without one. Raises MalformedError."""
    boundary = dict(parse_header_parameters(content_type.partition(";")[2])).get("boundary")
    if not boundary or len(boundary) > 70:
        raise MalformedError("a multipart body without a boundary")
    delimiter = b"\r\n--" + boundary.encode("utf-8", "surrogateescape")
    for part in (b"\r\n" + body).split(delimiter, MAX_PARTS)[1:]:
        if part.startswith(b"--"):
            return None
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank:
            continue
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            media_type = value.partition(b";")[0].strip().lower()
            if name.strip().lower() in {b"content-type", b"c"} and media_type == wanted.encode():
                return content
    return None
