"""A telephone's binding at the registrar: made, refreshed, taken away (RFC 3261 §10)."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING

from tests.kit.errors import CallFailedError, NothingCameError
from tests.kit.message import Message, parameter, uri_of

if TYPE_CHECKING:
    from tests.kit.phone import Phone

END_S = 5.0


class Registration:
    """The binding of one phone."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._call_id, self._tag = f"{secrets.token_hex(12)}@kit", secrets.token_hex(6)
        self._cseq = 0
        self._may_be_bound = False
        self._refreshing: asyncio.Task[None] | None = None

    async def register(self, expires: int, refresh: bool) -> Message:
        """Register and, with ``refresh``, keep registered. Raises CallFailedError on a refusal."""
        self._stop_refreshing()
        response = await self._send(expires)
        if refresh and expires:
            seconds = granted(response, self._phone.contact) or expires
            self._refreshing = asyncio.create_task(self._refresh(expires, seconds))
        return response

    async def unregister(self) -> Message:
        """Take the binding away. Raises CallFailedError, NothingCameError."""
        self._stop_refreshing()
        return await self._send(0)

    async def clear(self) -> None:
        """Take away every binding of the address of record, whoever made it (§10.2.2). Raises CallFailedError."""
        await self._send(0, contact="*")

    async def bindings(self) -> list[str]:
        """The contacts of the address of record (§10.2.3)."""
        return (await self._send(None)).all("Contact")

    async def end(self) -> None:
        """Take away what may be bound; never raises, whether the server is there or not."""
        self._stop_refreshing()
        if self._may_be_bound:
            with contextlib.suppress(NothingCameError, CallFailedError, TimeoutError):
                await asyncio.wait_for(self.unregister(), END_S)

    def _stop_refreshing(self) -> None:
        if self._refreshing is not None:
            self._refreshing.cancel()
            self._refreshing = None

    async def _refresh(self, expires: int, seconds: int) -> None:
        while True:
            await asyncio.sleep(seconds / 2)
            response = await self._send(expires)
            seconds = granted(response, self._phone.contact) or expires

    async def _send(self, expires: int | None, contact: str = "") -> Message:
        phone = self._phone

        def build() -> Message:
            self._cseq += 1
            me = f"<{phone.address_of_record}>"
            headers = [
                ("Via", phone.endpoint.via()),
                ("Max-Forwards", "70"),
                ("From", f"{me};tag={self._tag}"),
                ("To", me),
                ("Call-ID", self._call_id),
                ("CSeq", f"{self._cseq} REGISTER"),
                ("User-Agent", "kit"),
            ]
            if expires is not None:
                headers.append(("Contact", contact or f"{phone.contact};expires={expires}"))
                headers.append(("Expires", str(expires)))
            return Message(f"REGISTER sip:{phone.domain} SIP/2.0", headers)

        self._may_be_bound = self._may_be_bound or bool(expires)
        response = await phone.authenticated(build)
        if response.status >= 300:
            raise CallFailedError(response.status, response.reason)
        if expires == 0:
            self._may_be_bound = False
        return response


def granted(response: Message, contact: str) -> int | None:
    """How many seconds the registrar gave this contact (§10.2.4)."""
    for line in response.all("Contact"):
        for value in line.split(",<"):
            if uri_of(contact).split(";")[0] in value:
                expires = parameter(value, "expires")
                if expires:
                    return int(expires)
    expires = response.get("Expires")
    return int(expires) if expires else None
