"""Bitrix24's REST telephony methods, served: a script that logs an exchange's calls there logs them here as well.

``/rest/USER/TOKEN/METHOD`` as of an incoming webhook (``.json`` may follow); ``TOKEN`` is an API token of a supervisor.
``USER_ID`` is an extension here, as ``USER_PHONE_INNER`` is. Methods and fields: apidocs.bitrix24.com, *Telephony*.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from config.company import Person
from crm_bridge.tables import Call
from crm_bridge.times import rfc3339
from pbx.events import Result
from pbx.routing import numbers
from web.api.dispatch import UPLOAD_WITHIN_S, read_bounded
from web.api.errors import ApiError, UnauthenticatedError
from web.api.external_calls import ExternalCallError, ExternalCalls, Told, contact_of
from web.api.model import parse_time
from web.api.office import Office
from web.api.permissions import Scope, scope_of

Fields = Mapping[str, Any]
MAX_DURATION_S = 86_400.0
# Their codes are SIP's (telephony.externalCall.finish, STATUS_CODE); any other one means that it failed.
RESULTS: Mapping[str, Result] = {"200": "answered", "304": "missed", "486": "busy", "603": "missed", "480": "missed"}


class BitrixError(Exception):
    """An answer with ``error`` and ``error_description``, as their server gives it."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.status = status


class Bitrix:
    """The methods over ``office``."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._methods: Mapping[str, Callable[[Fields], Awaitable[Any]]] = {
            "telephony.externalcall.register": self._register,
            "telephony.externalcall.show": self._show,
            "telephony.externalcall.hide": self._hide,
            "telephony.externalcall.finish": self._finish,
            "telephony.externalcall.attachrecord": self._attach_record,
            "telephony.externalcall.searchcrmentities": self._search,
        }

    @property
    def _calls(self) -> ExternalCalls:
        calls = self._office.external_calls
        if calls is None:
            raise BitrixError("INTERNAL_SERVER_ERROR", "not yet; try again in a moment", 503)
        return calls

    async def serve(self, request: web.Request) -> web.Response:
        """One call of a method."""
        try:
            await self._authenticate(request)
            name = request.match_info["method"].lower().removesuffix(".json")
            method = self._methods.get(name)
            if method is None:
                raise BitrixError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404)
            result = await method(await _fields(request))
        except BitrixError as error:
            return web.json_response({"error": error.code, "error_description": str(error)}, status=error.status)
        except ExternalCallError as error:
            return web.json_response({"error": "ERROR_CORE", "error_description": str(error)}, status=400)
        except ApiError as error:
            return web.json_response({"error": error.title, "error_description": error.detail}, status=error.status)
        return web.json_response({"result": result})

    async def _authenticate(self, request: web.Request) -> None:
        try:
            signed_in = await self._office.sessions.who(request.match_info["token"])
        except UnauthenticatedError:
            raise BitrixError("NO_AUTH_FOUND", "Wrong authorization data", 401) from None
        reach = scope_of("calls.list", signed_in.role, self._office.company.roles)
        if signed_in.is_read_only or reach is not Scope.ALL:
            raise BitrixError("ACCESS_DENIED", "the token's owner does not see everybody's calls", 403)

    async def _register(self, given: Fields) -> dict[str, Any]:
        person, number = self._person(given), self._number(given)
        kind = str(given.get("TYPE", ""))
        if kind not in ("1", "2", "3", "4"):
            raise BitrixError("ERROR_ARGUMENT", "TYPE: allowed: 1, 2, 3, 4")
        line = str(given.get("LINE_NUMBER") or "")[:64]
        line = numbers.normalise(line, self._office.company.country) or line or person.extension
        now = self._office.now()
        begun = given.get("CALL_START_DATE")
        try:
            started_at = min(now, parse_time(begun)) if begun else now
        except ValueError as error:
            raise BitrixError("ERROR_ARGUMENT", f"CALL_START_DATE: {error}") from None
        told = Told(person, number, "outbound" if kind in ("1", "4") else "inbound", line, started_at)
        call = await self._calls.register(told, show=_flag(given, "SHOW", default=True))
        lead = await self._calls.make_lead(call, person.login) if _flag(given, "CRM_CREATE", default=False) else None
        made = [{"ENTITY_TYPE": "LEAD", "ENTITY_ID": lead}] if lead is not None else []
        entity = await self._entity(call)
        return {"CALL_ID": call.id, "CRM_CREATED_LEAD": lead, "CRM_CREATED_ENTITIES": made, **entity}

    async def _show(self, given: Fields) -> bool:
        await self._calls.show(await self._calls.call(_text(given, "CALL_ID")), self._people(given))
        return True

    async def _hide(self, given: Fields) -> bool:
        await self._calls.hide(await self._calls.call(_text(given, "CALL_ID")), self._people(given))
        return True

    async def _finish(self, given: Fields) -> dict[str, Any]:
        call, person = await self._calls.call(_text(given, "CALL_ID")), self._person(given)
        try:
            talk_s = min(max(0.0, float(given.get("DURATION") or 0)), MAX_DURATION_S)
        except (TypeError, ValueError):
            raise BitrixError("ERROR_ARGUMENT", "DURATION: allowed: seconds") from None
        code = str(given.get("STATUS_CODE") or ("200" if talk_s > 0 else "304"))
        call = await self._calls.finish(call, person, RESULTS.get(code, "failed"), talk_s)
        return {
            "CALL_ID": call.id,
            "PORTAL_USER_ID": person.extension,
            "PHONE_NUMBER": call.caller_number if call.direction == "inbound" else call.dialled,
            "CALL_DURATION": round(call.talk_s or 0),
            "CALL_START_DATE": rfc3339(call.started_at),
            "CALL_FAILED_CODE": code,
            **await self._entity(call),
        }

    async def _attach_record(self, given: Fields) -> dict[str, Any]:
        call = await self._calls.call(_text(given, "CALL_ID"))
        content = given.get("FILE_CONTENT")
        if not isinstance(content, str) or not content:
            raise BitrixError("ERROR_ARGUMENT", "FILE_CONTENT: allowed: a WAV file in base64")
        try:
            wav = base64.b64decode(content.replace(" ", "+"), validate=True)
        except (binascii.Error, ValueError):
            raise BitrixError("ERROR_ARGUMENT", "FILE_CONTENT: this is not base64") from None
        return {"FILE_ID": await self._calls.attach(call, wav)}

    async def _search(self, given: Fields) -> list[dict[str, Any]]:
        contact = await contact_of(self._office.database, self._number(given))
        if contact is None:
            return []
        person = self._office.company.person(contact.responsible or "")
        found = {"CRM_ENTITY_TYPE": "CONTACT", "CRM_ENTITY_ID": contact.id, "NAME": contact.name}
        if person is None:
            return [found]
        assigned = {"ID": person.extension, "USER_PHONE_INNER": person.extension, "NAME": person.name}
        return [found | {"ASSIGNED_BY_ID": person.extension, "ASSIGNED_BY": assigned}]

    async def _entity(self, call: Call) -> dict[str, Any]:
        """What the call is about: their words for the link of the CRM."""
        link = await self._calls.link(call.id)
        ways = (("CONTACT", link.contact_id), ("LEAD", link.lead_id)) if link is not None else ()
        number = call.caller_number if call.direction == "inbound" else call.dialled
        contact = await contact_of(self._office.database, number or "")
        found = next((one for one in ways if one[1] is not None), None)
        kind, id_ = found or ("CONTACT" if contact is not None else None, contact.id if contact is not None else None)
        return {"CRM_ENTITY_TYPE": kind, "CRM_ENTITY_ID": id_}

    def _number(self, given: Fields) -> str:
        number = numbers.normalise(_text(given, "PHONE_NUMBER"), self._office.company.country)
        if number is None:
            raise BitrixError("ERROR_ARGUMENT", "PHONE_NUMBER: not a telephone number")
        return number

    def _person(self, given: Fields) -> Person:
        extension = str(given.get("USER_PHONE_INNER") or given.get("USER_ID") or "")
        person = self._office.company.person_of(extension)
        if person is None:
            raise BitrixError("ERROR_ARGUMENT", "USER_PHONE_INNER or USER_ID: nobody has this extension")
        return person

    def _people(self, given: Fields) -> list[Person]:
        wanted = given.get("USER_ID") or given.get("USER_PHONE_INNER") or []
        many = wanted if isinstance(wanted, list) else [wanted]
        return [self._person({"USER_ID": one}) for one in many[:100]]


async def _fields(request: web.Request) -> Fields:
    """The parameters of the address and of the body: JSON, or a form with ``NAME[]`` for lists."""
    pairs: list[tuple[str, Any]] = list(request.query.items())
    if request.can_read_body and request.content_type == "application/json":
        try:
            body = json.loads(await read_bounded(request, UPLOAD_WITHIN_S) or b"{}")
        except (ValueError, RecursionError):
            raise BitrixError("ERROR_ARGUMENT", "the body is not JSON") from None
        if not isinstance(body, dict):
            raise BitrixError("ERROR_ARGUMENT", "the body is not an object")
        pairs += list(body.items())
    elif request.can_read_body:
        try:
            pairs += [(name, value) for name, value in (await request.post()).items() if isinstance(value, str)]
        except (ValueError, AssertionError):
            raise BitrixError("ERROR_ARGUMENT", "the body is not a form") from None
    fields: dict[str, Any] = {}
    for name, value in pairs[:200]:
        listed = re.fullmatch(r"(\w{1,64})\[\d*\]", name)
        if listed is not None:
            fields.setdefault(listed[1].upper(), [])
            if isinstance(fields[listed[1].upper()], list):
                fields[listed[1].upper()].append(value)
        else:
            fields[name.upper()] = value
    return fields


def _text(given: Fields, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str | int) or not str(value) or "\x00" in str(value) or len(str(value)) > 64:
        raise BitrixError("ERROR_ARGUMENT", f"{name} is needed")
    return str(value)


def _flag(given: Fields, name: str, *, default: bool) -> bool:
    value = given.get(name)
    return default if value is None else str(value).lower() in ("1", "y", "true")
