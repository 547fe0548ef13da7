"""Errors are problem documents, whoever finds them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.web.conftest import House
from web.api.problems import wants_spanish
from web.api.problems_es import SENTENCES, in_spanish

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
    assert response.headers["Allow"] == "GET, HEAD"
    beside_one_by_id = await house.ask("admin", "OPTIONS", "/recordings/erase")
    assert beside_one_by_id.headers["Allow"] == "POST"
    by_id = await house.ask("admin", "OPTIONS", "/recordings/nothing")
    assert by_id.headers["Allow"] == "DELETE, GET, HEAD"


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


@pytest.mark.parametrize(
    ("accepted", "spanish"),
    [
        ("", False),
        ("es", True),
        ("es-ES,es;q=0.9,en;q=0.8", True),
        ("en-GB,en;q=0.9,es;q=0.8", False),
        ("fr", False),
        ("es;q=0", False),
        ("es;q=x, en", False),
        ("es," * 200, False),
    ],
)
def test_the_language_of_a_problem_is_the_one_asked_for(accepted: str, spanish: bool) -> None:
    assert wants_spanish(accepted) is spanish


async def test_a_spanish_page_is_told_in_spanish_what_is_wrong(house: House) -> None:
    fault = {"data": b'{"title": ""}', "headers": JSON | {"Accept-Language": "es"}}
    response = await house.ask("admin", "POST", "/deals", **fault)
    assert response.headers["Content-Language"] == "es"
    document = await response.json(content_type=None)
    assert document["detail"] == "revisa los campos marcados"
    assert document["errors"] == [{"field": "title", "message": "no puede quedar vacío"}]
    english = await house.ask("admin", "POST", "/deals", data=b'{"title": ""}', headers=JSON)
    assert (await english.json(content_type=None))["detail"] == "the body is wrong"


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("allowed: at least 10 characters", "se admite: 10 caracteres como mínimo"),
        ("no queue 'x'; allowed: sales, support", "no hay ninguna cola «x»; se admite: sales, support"),
        ("trunk carrier: all 3 lines are in use", "las 3 líneas de carrier están ocupadas"),
        ("a whole number", "tiene que ser un número entero"),
        ("at most 200 characters", "200 caracteres como máximo"),
        ("at least 5; one of these: a, b", "5 como mínimo; uno de estos: a, b"),
        ("no queue '{0.__class__}'", "no hay ninguna cola «{0.__class__}»"),
        ("nobody has said this in Spanish", "nobody has said this in Spanish"),
    ],
)
def test_sentences_keep_what_differs_in_them(english: str, spanish: str) -> None:
    assert in_spanish(english) == spanish


@pytest.mark.parametrize(("english", "spanish"), SENTENCES.items())
def test_a_spanish_sentence_has_no_place_that_the_english_one_lacks(english: str, spanish: str) -> None:
    places = english.count("{}")
    numbered = [int(place) for place in re.findall(r"{(\d)}", spanish)]
    assert spanish.count("{}") <= places
    assert all(place < places for place in numbered)
