"""Outside the API: where a telephone fetches its account once, by a QR code or by its MAC address."""

from __future__ import annotations

from aiohttp import web

from web.api.desk_phones import XML
from web.api.errors import MissingError
from web.api.office import Office
from web.api.provisioning import linphone_xml

_NOT_KEPT = {"Cache-Control": "no-store"}


async def provision(office: Office, request: web.Request) -> web.Response:
    """The account that the token of the path was made for, as XML. Raises MissingError."""
    account = office.provisioning.fetch(request.match_info["token"])
    return web.Response(text=linphone_xml(account), content_type=XML, headers=_NOT_KEPT)


async def provision_device(office: Office, request: web.Request) -> web.Response:
    """The file that a desk telephone asks for, below its secret. Raises MissingError, also without HTTPS."""
    if not (request.secure or office.settings.public_url.startswith("https:")):
        raise MissingError
    file = office.provisioning.fetch_file(request.match_info["token"], request.match_info["file"])
    return web.Response(text=file.text, content_type=file.content_type, headers=_NOT_KEPT)
