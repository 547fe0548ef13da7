"""The page: its files, its one document for every path, health and figures beside it."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.unit.web.conftest import House


def build(data_dir: Path) -> None:
    (data_dir / "dist" / "assets").mkdir(parents=True)
    (data_dir / "dist" / "index.html").write_text('<meta name="csp-nonce" content="__CSP_NONCE__"><div id="root">')
    (data_dir / "dist" / "assets" / "index-abc.js").write_text("1")
    (data_dir / "secret.txt").write_text("secret")


async def test_any_path_of_the_page_is_its_document_with_a_nonce_of_its_own(house: House, data_dir: Path) -> None:
    build(data_dir)
    nonces = set()
    for path in ("/", "/calls", "/calls/some-id", "/settings/people/ana.ruiz"):
        response = await house.ask(None, "GET", path, outside=True)
        assert response.status == 200
        text = await response.text()
        nonce = text.split('content="')[1].split('"')[0]
        assert f"'nonce-{nonce}'" in response.headers["Content-Security-Policy"]
        nonces.add(nonce)
    assert len(nonces) == 4


async def test_files_with_a_hash_in_the_name_are_kept_by_browsers(house: House, data_dir: Path) -> None:
    build(data_dir)
    response = await house.ask(None, "GET", "/assets/index-abc.js", outside=True)
    assert response.status == 200
    assert "immutable" in response.headers["Cache-Control"]
    for missing in ("/assets/missing.js", "/assets/missing", "/flags/XX.svg", "/robots.txt"):
        assert (await house.ask(None, "GET", missing, outside=True)).status == 404


async def test_scripts_go_compressed_to_browsers_that_take_them(house: House, data_dir: Path) -> None:
    build(data_dir)
    script = data_dir / "dist" / "assets" / "index-abc.js"
    script.with_name("index-abc.js.gz").write_bytes(gzip.compress(b"1"))
    for taken, coding in (("gzip, br", "gzip"), ("identity", None)):
        headers = {"Accept-Encoding": taken}
        response = await house.ask(None, "GET", "/assets/index-abc.js", outside=True, headers=headers)
        assert response.headers.get("Content-Encoding") == coding
        assert "javascript" in response.headers["Content-Type"]
        assert "immutable" in response.headers["Cache-Control"]
        assert await response.text() == "1"
        if coding:
            assert response.headers["Vary"] == "Accept-Encoding"


async def test_nothing_outside_the_folder_is_served(house: House, data_dir: Path) -> None:
    build(data_dir)
    for path in ("/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/%2fetc%2fpasswd", "/%00"):
        response = await house.ask(None, "GET", path, outside=True)
        assert "secret" not in await response.text()
        assert "root:" not in await response.text()


async def test_a_page_that_is_not_built_says_so(house: House) -> None:
    response = await house.ask(None, "GET", "/", outside=True)
    assert response.status == 404
    assert "make run" in (await response.json(content_type=None))["detail"]


async def test_health_is_that_of_the_exchange(house: House) -> None:
    assert (await house.ask(None, "GET", "/healthz", outside=True)).status == 200
    well = house.exchange.answers["health"]
    for fault in ({"ready": False}, {"media_workers": 0}):
        house.exchange.answers["health"] = {**well, **fault}
        assert (await house.ask(None, "GET", "/healthz", outside=True)).status == 503


async def test_figures_for_prometheus(house: House) -> None:
    await house.get("ana", "/queues")
    text = await (await house.ask(None, "GET", "/metrics", outside=True)).text()
    assert 'centralita_queue_waiting{queue="sales"} 2.0' in text
    assert 'centralita_agents{state="available"} 1.0' in text
    assert 'centralita_http_requests_total{operation="queues.list",status="200"} 1.0' in text
    assert "centralita_exchange_up 1.0" in text
