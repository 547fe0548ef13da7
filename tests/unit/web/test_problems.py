"""Errors are problem documents, whoever finds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.web.conftest import House

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "how", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("DELETE", "/queues", {}, 405),
        ("POST", "/deals", {"data": b"{", "headers": JSON}, 400),
        ("POST", "/deals", {"data": b"\xff", "headers": JSON}, 400),
        ("POST", "/deals", {"data": b"[]", "headers": JSON}, 422),
        ("POST", "/deals", {"data": b'{"title": "x", "amount": NaN}', "headers": JSON}, 422),
        ("POST", "/deals", {"data": b'{"title": "x", "amount": "5"}', "headers": JSON}, 422),
        ("POST", "/deals", {"data": b"title=x", "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", "/deals", {"data": b"", "headers": JSON}, 400),
        ("POST", "/deals", {"data": b"no gzip", "headers": JSON | {"Content-Encoding": "gzip"}}, 400),
        ("POST", "/deals", {"data": b"0" * (10 << 20), "headers": JSON}, 413),
        ("POST", "/deals", {"data": b"[" * 100_000, "headers": JSON}, 400),
        ("GET", "/deals?limit=0", {}, 422),
        ("GET", "/deals?limit=many", {}, 422),
        ("GET", "/deals?colour=red", {}, 422),
        ("GET", "/deals?limit=1&limit=2", {}, 422),
        ("GET", "/session?x=1", {}, 422),
        ("GET", "/deals/%00", {}, 404),
        ("GET", "/deals/" + "x" * 500, {}, 404),
        ("GET", "/events", {}, 400),
    ],
)
async def test_every_error_is_a_problem_document(
    house: House, method: str, path: str, how: dict[str, Any], status: int
) -> None:
    response = await house.ask("admin", method, path, **how)
    assert response.status == status
    assert response.content_type == "application/problem+json"
    document = await response.json(content_type=None)
    assert document["status"] == status
    assert document["title"]


async def test_a_wrong_method_says_which_are_right(house: House) -> None:
    response = await house.ask("admin", "DELETE", "/queues")
    assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(","))


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "Bearer " + "x" * 5000])
async def test_a_strange_authorization_is_refused(house: House, header: str) -> None:
    response = await house.ask(None, "GET", "/session", headers={"Authorization": header})
    assert response.status == 401


async def test_every_answer_carries_the_security_headers(house: House) -> None:
    for path in ("/session", "/nowhere"):
        response = await house.ask("ana", "GET", path)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
