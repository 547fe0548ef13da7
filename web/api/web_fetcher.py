"""Requests of voice menus to web services, made by the office: TLS, names and slow servers never touch a call."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from web.api.outgoing_address import ForbiddenAddressError, PublicResolver, check_address

MAX_ANSWER = 64 * 1024
MOST_AT_ONCE = 200
MAX_TIMEOUT_S = 15.0


class WebFetcher:
    """Asks, and answers ``{"document", "fault"}``; ``fault`` is empty for a 2xx answer with JSON in time."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._at_once = asyncio.Semaphore(MOST_AT_ONCE)

    async def fetch(self, question: dict[str, Any]) -> dict[str, Any]:
        """One request: ``method``, ``url``, ``headers``, ``body`` (sent as JSON), ``timeout_s``."""
        timeout_s = min(float(question["timeout_s"]), MAX_TIMEOUT_S)
        try:
            async with asyncio.timeout(timeout_s), self._at_once:
                return {"document": await self._answer(question), "fault": ""}
        except TimeoutError:
            return _failed(f"no answer in {timeout_s:g} s")
        except (aiohttp.ClientError, ForbiddenAddressError, OSError, ValueError) as error:
            return _failed(f"{type(error).__name__}: {error}"[:300])

    async def close(self) -> None:
        """Close the connections that are kept."""
        if self._session is not None:
            await self._session.close()

    async def _answer(self, question: dict[str, Any]) -> Any:
        check_address(question["url"])
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicResolver(), limit=MOST_AT_ONCE),
                headers={"User-Agent": "Centralita"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", **question["headers"]}
        request = self._session.request(
            question["method"], question["url"], headers=headers, json=question["body"], allow_redirects=False
        )
        async with request as response:
            if not 200 <= response.status < 300:
                raise ValueError(f"status {response.status}")
            content = bytearray()
            async for chunk in response.content.iter_chunked(16 * 1024):
                content += chunk
                if len(content) > MAX_ANSWER:
                    raise ValueError(f"an answer of more than {MAX_ANSWER} bytes")
        try:
            return json.loads(content.decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
            raise ValueError("the answer is not JSON") from None


def _failed(why: str) -> dict[str, Any]:
    return {"document": None, "fault": why}
