"""The doctor: every usual fault, made for real, is found and its remedy named."""

from __future__ import annotations

import asyncio
import datetime
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from centralita.commands.doctor import company
from centralita.doctor import addresses, encryption, machine
from centralita.doctor.finding import Finding
from centralita.doctor.trunks import look_at
from centralita.preparation import prepare
from config.company import Trunk
from config.settings import Settings
from tests.kit.certificates import Authority

Rewrites = Callable[[bytes], bytes]


class Answerer:
    """A carrier that answers OPTIONS; ``rewrites`` is what the routers on the way do to what arrives."""

    def __init__(self, rewrites: Rewrites) -> None:
        self._rewrites = rewrites
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            data, source = self._socket.recvfrom(4096)
            if not data:
                return
            _, *fields = self._rewrites(data).split(b"\r\n")
            self._socket.sendto(b"\r\n".join([b"SIP/2.0 200 OK", *fields]), source)

    def close(self) -> None:
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()


@pytest.fixture
def carrier() -> Iterator[Callable[..., Answerer]]:
    made: list[Answerer] = []

    def make(rewrites: Rewrites = lambda data: data) -> Answerer:
        made.append(Answerer(rewrites))
        return made[-1]

    yield make
    for one in made:
        one.close()


def trunk(port: int, host: str = "127.0.0.1", transport: str = "udp") -> Trunk:
    return Trunk(name="carrier", host=host, port=port, transport=transport, caller_id="+34910000001")


def looked_at(one: Trunk, settings: Settings | None = None) -> list[Finding]:
    return asyncio.run(look_at(one, settings or Settings()))


def test_a_trunk_that_answers(carrier) -> None:
    (finding,) = looked_at(trunk(carrier().port))
    assert finding.level == "good"
    assert "200 OK" in finding.text


def test_sip_alg_is_seen_in_the_via_that_comes_back(carrier) -> None:
    rewriting = carrier(lambda data: data.replace(b"UDP 127.0.0.1:", b"UDP 203.0.113.7:"))
    found = looked_at(trunk(rewriting.port))
    assert [finding.level for finding in found] == ["good", "fault"]
    assert "SIP ALG" in found[1].text


def test_a_wrong_advertised_address_is_seen_in_received(carrier) -> None:
    far = carrier(lambda data: data.replace(b";rport", b";received=8.8.4.4;rport=5060", 1))
    found = looked_at(trunk(far.port), Settings(public_address="198.51.100.10"))
    assert found[-1].level == "fault"
    assert "CENTRALITA_PUBLIC_ADDRESS=8.8.4.4" in found[-1].text
    assert len(looked_at(trunk(far.port), Settings(public_address="8.8.4.4"))) == 1


def test_a_trunk_that_does_not_answer(monkeypatch) -> None:
    monkeypatch.setattr("centralita.doctor.trunks.WAIT_S", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        (finding,) = looked_at(trunk(silent.getsockname()[1]))
    assert finding.level == "warning"
    assert "does not answer" in finding.text


def test_a_closed_tcp_port() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        (finding,) = looked_at(trunk(closed.getsockname()[1], transport="tcp"))
    assert finding.level == "warning"
    assert "no connection" in finding.text


def test_a_name_that_does_not_exist() -> None:
    (finding,) = looked_at(trunk(5060, host="no-such-carrier.invalid"))
    assert finding.level == "fault"
    assert "DNS" in finding.text


def test_a_sip_domain_that_leads_nowhere_or_elsewhere() -> None:
    (finding,) = addresses.names(Settings(sip_domain="pbx.no-such-company.invalid"))
    assert finding.level == "fault"
    assert list(addresses.names(Settings())) == []


def test_an_advertised_address_that_is_private() -> None:
    (finding,) = addresses.addresses(Settings(bind="0.0.0.0", public_address="10.0.0.5"))
    assert finding.level == "warning"
    (finding,) = addresses.addresses(Settings(bind="0.0.0.0"))
    assert "CENTRALITA_PUBLIC_ADDRESS" in finding.text


def test_a_port_that_somebody_else_has(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        settings = Settings(data_dir=tmp_path, sip_port=taken.getsockname()[1], http_port=0, media_ports=(0, 1))
        found = list(machine.ports(settings))
    assert any(finding.level == "fault" for finding in found)


def test_a_clock_that_is_years_behind_and_one_that_nobody_sets() -> None:
    (finding,) = machine.clock(Settings(), now=0.0)
    assert finding.level == "fault"
    assert "1970" in finding.text
    (finding,) = machine.clock(Settings(), synchronised=False)
    assert finding.level == "warning"
    (finding,) = machine.clock(Settings(), synchronised=True)
    assert finding.level == "good"


def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    (finding,) = machine.disk(Settings(data_dir=tmp_path), free=1 << 20)
    assert finding.level == "warning"


class TestCertificate:
    def settings(self, directory: Path, **more: str) -> Settings:
        files = Authority(directory).issue("pbx.example.com", "192.0.2.1")
        return Settings(tls_cert=files.chain, tls_key=files.key, **more)

    def test_one_for_another_name(self, tmp_path: Path) -> None:
        found = list(encryption.certificate(self.settings(tmp_path, public_url="https://other.example.com")))
        assert found[-1].level == "fault"
        assert "other.example.com" in found[-1].text
        found = list(encryption.certificate(self.settings(tmp_path, public_url="https://pbx.example.com:8443")))
        assert all(finding.level != "fault" for finding in found)

    def test_one_that_is_no_certificate(self, tmp_path: Path) -> None:
        settings = self.settings(tmp_path)
        assert settings.tls_cert is not None
        settings.tls_cert.write_text("not a certificate")
        (finding,) = encryption.certificate(settings)
        assert finding.level == "fault"

    def test_one_that_has_expired(self, tmp_path: Path, monkeypatch) -> None:
        settings = self.settings(tmp_path)
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=36_500)
        monkeypatch.setattr("centralita.doctor.encryption.time.time", later.timestamp)
        assert next(encryption.certificate(settings)).text.endswith("renew it")

    def test_none_beyond_loopback(self) -> None:
        (finding,) = encryption.certificate(Settings(bind="0.0.0.0"))
        assert "microphone" in finding.text

    def test_those_for_further_names(self, tmp_path: Path) -> None:
        authority, folder = Authority(tmp_path), tmp_path / "more"
        first = authority.issue("pbx.example.com")
        settings = Settings(tls_cert=first.chain, tls_key=first.key, tls_dir=folder)
        assert "the server does not start" in list(encryption.certificate(settings))[-1].text
        folder.mkdir()
        assert "has none" in list(encryption.certificate(settings))[-1].text
        for name in ("one", "two"):
            files = authority.issue("shop.example.com", file=name)
            (folder / f"{name}.pem").write_bytes(files.chain.read_bytes())
            (folder / f"{name}.key").write_bytes(files.key.read_bytes())
        good = list(encryption.certificate(settings))
        assert [finding.level for finding in good] == ["good", "good", "good", "warning"]
        assert good[-1].text == "certificate: shop.example.com is in one.pem and in two.pem; the latter is shown"
        (folder / "two.key").write_bytes((folder / "one.key").read_bytes())
        (folder / "one.key").unlink()
        told = [finding.text for finding in encryption.certificate(settings) if finding.level == "fault"]
        assert len(told) == 2
        assert "one.key" in told[0]
        assert "do not fit each other" in told[1]


def test_passwords_that_were_set_for_another_domain_are_named(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    asyncio.run(prepare(settings))
    assert "all are for the domain" in next(company(settings)).text
    moved = settings.model_copy(update={"sip_domain": "pbx.example.com"})
    finding = next(company(moved))
    assert finding.level == "fault"
    assert "those of 100, 101, 102, 103, 110 were set for another domain than pbx.example.com" in finding.text
    assert "CENTRALITA_SIP_DOMAIN" in finding.text
