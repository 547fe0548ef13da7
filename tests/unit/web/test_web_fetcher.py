"""Requests of voice menus to web services: what comes of them, and where none is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from web.api.web_fetcher import WebFetcher


@pytest.fixture
async def fetcher() -> AsyncIterator[WebFetcher]:
    fetcher = WebFetcher()
    yield fetcher
    await fetcher.close()


async def ask(fetcher: WebFetcher, url: str) -> dict[str, Any]:
    return await fetcher.fetch({"method": "GET", "url": url, "headers": {}, "body": None, "timeout_s": 2.0})


async def test_an_answer_with_json_is_the_document(fetcher: WebFetcher) -> None:
    async def order(request: web.Request) -> web.Response:
        return web.json_response({"state": "sent"})

    app = web.Application()
    app.router.add_get("/order", order)
    async with TestServer(app) as server:
        assert await ask(fetcher, str(server.make_url("/order"))) == {"document": {"state": "sent"}, "fault": ""}
        assert (await ask(fetcher, str(server.make_url("/none"))))["fault"] == "ValueError: status 404"


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.1.1]", "0.0.0.0"])
async def test_nothing_is_asked_of_the_machine_beside(fetcher: WebFetcher, host: str) -> None:
    fault = (await ask(fetcher, f"http://{host}/latest/meta-data"))["fault"]
    assert "nothing is sent to" in fault
