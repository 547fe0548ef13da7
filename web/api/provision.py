"""Outside the API: where a softphone fetches its account once, after it has read a QR code."""

from __future__ import annotations

from aiohttp import web

from web.api.office import Office
from web.api.provisioning import linphone_xml


async def provision(office: Office, request: web.Request) -> web.Response:
    """The account that the token of the path was made for, as XML. Raises MissingError."""
    account = office.provisioning.fetch(request.match_info["token"])
    return web.Response(
        text=linphone_xml(account), content_type="application/xml", headers={"Cache-Control": "no-store"}
    )
