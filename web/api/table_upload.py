"""A CSV table that somebody sends: as the body itself, or as the file of a form (RFC 7578)."""

from __future__ import annotations

import asyncio

from aiohttp import BodyPartReader, web

from web.api.dispatch import UPLOAD_WITHIN_S, read_bounded
from web.api.errors import MalformedError, TooLargeError, TooSlowError, UnsupportedTypeError

CSV = "text/csv"
CSV_NAMES = frozenset({CSV, "application/csv", "application/vnd.ms-excel"})
FORM = "multipart/form-data"
MAX_FIELDS = 20


async def read_upload(request: web.Request) -> bytes:
    """The table's octets. Raises UnsupportedTypeError, TooLargeError, TooSlowError, MalformedError."""
    if request.content_type in CSV_NAMES:
        return await read_bounded(request, UPLOAD_WITHIN_S)
    if request.content_type != FORM:
        raise UnsupportedTypeError(f"allowed: {CSV}, or {FORM} with a file")
    try:
        async with asyncio.timeout(UPLOAD_WITHIN_S):
            return await _file_of_form(request)
    except TimeoutError:
        raise TooSlowError(f"the file has {UPLOAD_WITHIN_S:.0f} s") from None
    except (ValueError, AssertionError, web.RequestPayloadError) as error:  # aiohttp asserts what a form may be
        raise MalformedError(f"the body is not a form as RFC 7578 has it: {str(error)[:100]}") from None


async def _file_of_form(request: web.Request) -> bytes:
    form = await request.multipart()
    for _ in range(MAX_FIELDS):
        part = await form.next()
        if part is None:
            break
        if isinstance(part, BodyPartReader) and part.filename is not None:
            return await _read_file(part, request.client_max_size)
    raise MalformedError("the form has no file")


async def _read_file(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > most:
            raise TooLargeError(f"the file has more than {most} bytes")
    return bytes(part.decode(bytes(content)))
