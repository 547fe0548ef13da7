"""Desk telephones fetch their account: each maker's format, once, by MAC address, over HTTPS, told to no log."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from structlog.testing import capture_logs

from config.devices import DeskPhone
from tests.unit.web.conftest import House
from web.api.desk_phones import file_of
from web.api.provisioning import DEVICE_LIFETIME_S
from web.api.sip_account import SipAccount

MACS = {
    "yealink": "001565aabb01", "grandstream": "000b82aabb02", "snom": "000413aabb03", "poly": "0004f2aabb04",
    "cisco": "00562baabb05",
}  # fmt: skip
FILES = {"yealink": "{}.cfg", "grandstream": "cfg{}.xml", "snom": "{}.xml", "poly": "{}-account.cfg", "cisco": "{}.xml"}
PEPA = {
    "login": "pepa",
    "name": 'Pepa "Tres" <& Cía>\n',
    "extension": "104",
    "devices": [{"mac": mac, "vendor": vendor} for vendor, mac in MACS.items()],
}


def read(vendor: str, text: str) -> tuple[str, str, str]:
    """User, password and name as the telephone reads them."""
    if vendor == "yealink":
        assert text.startswith("#!version:1.0.0.1\n")
        lines = dict(line.split(" = ", 1) for line in text.splitlines()[1:])
        return lines["account.1.user_name"], lines["account.1.password"], lines["account.1.display_name"]
    root = ElementTree.fromstring(text.encode())
    if vendor == "poly":
        values = root[0].attrib
        return values["reg.1.auth.userId"], values["reg.1.auth.password"], values["reg.1.displayName"]
    names = {
        "grandstream": ("P35", "P34", "P3"),
        "snom": ("user_name", "user_pass", "user_realname"),
        "cisco": ("User_ID_1_", "Password_1_", "Display_Name_1_"),
    }
    user, password, name = (root.findtext(f".//{tag}") or "" for tag in names[vendor])
    return user, password, name


async def offered(house: House, public: str = "https://pbx.example.com") -> dict[str, Any]:
    house.office.settings = house.office.settings.model_copy(update={"public_url": public})
    response = await house.ask("admin", "POST", "/settings/people", json=PEPA)
    assert response.status == 201, await response.text()
    telephone: dict[str, Any] = (await response.json())["passwords"]["telephone"]
    return telephone


def path_of(device: dict[str, Any], mac: str | None = None) -> str:
    """Where the telephone asks, from what is entered in it."""
    address = device["address"].removeprefix("https://")
    token = address.split("/provision/")[1].split("/")[0]
    return f"/provision/{token}/{FILES[device['vendor']].format(mac or device['mac'])}"


async def test_each_maker_is_given_its_format_once(house: House) -> None:
    telephone = await offered(house)
    assert {device["vendor"] for device in telephone["devices"]} == set(MACS)
    for device in telephone["devices"]:
        fetched = await house.ask(None, "GET", path_of(device), outside=True)
        assert fetched.status == 200
        assert fetched.headers["Cache-Control"] == "no-store"
        user, password, name = read(device["vendor"], await fetched.text())
        assert (user, password) == ("104", telephone["password"])
        assert name.startswith('Pepa "Tres" <& Cía>')
        assert (await house.ask(None, "GET", path_of(device), outside=True)).status == 404


async def test_wrong_secret_wrong_mac_second_time_and_late_look_alike(house: House) -> None:
    device, late = (await offered(house))["devices"][:2]
    wrong = (
        path_of(device, "001565aabbff"),
        f"/provision/{'x' * 32}/{device['mac']}.cfg",
        f"/provision/{'x' * 5000}/{device['mac']}.cfg",
        path_of(device).removesuffix(".cfg"),
    )
    answers = [await house.ask(None, "GET", path, outside=True) for path in wrong]
    assert (await house.ask(None, "HEAD", path_of(device), outside=True)).status == 405
    assert (await house.ask(None, "GET", path_of(device), outside=True)).status == 200
    answers.append(await house.ask(None, "GET", path_of(device), outside=True))
    house.clock.now += DEVICE_LIFETIME_S
    answers.append(await house.ask(None, "GET", path_of(late), outside=True))
    told = [(answer.status, await answer.text(), answer.headers["Content-Type"]) for answer in answers]
    assert told[0][0] == 404
    assert all(one == told[0] for one in told)


async def test_a_new_secret_ends_the_earlier_one_of_the_same_telephone(house: House) -> None:
    before = await offered(house)
    again = await (await house.ask("admin", "POST", "/settings/people/pepa/telephone")).json()
    for old, new in zip(before["devices"], again["devices"], strict=True):
        assert (await house.ask(None, "GET", path_of(old), outside=True)).status == 404
        assert again["password"] in await (await house.ask(None, "GET", path_of(new), outside=True)).text()


async def test_without_https_no_account_is_given_out(house: House) -> None:
    telephone = await offered(house)
    house.office.settings = house.office.settings.model_copy(update={"public_url": ""})
    assert (await house.ask(None, "GET", path_of(telephone["devices"][0]), outside=True)).status == 404
    again = await (await house.ask("admin", "POST", "/settings/people/pepa/telephone")).json()
    assert {device["address"] for device in again["devices"]} == {None}


async def test_the_password_is_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logged:
        telephone = await offered(house)
        for device in telephone["devices"]:
            await house.ask(None, "GET", path_of(device), outside=True)
    assert telephone["password"] not in repr(logged) + caplog.text
    account = SipAccount("104", "s3cret", "pbx", "pbx", 5061, "tls", "Pepa")
    file = file_of(DeskPhone(mac=MACS["snom"], vendor="snom"), account, f"{MACS['snom']}.xml")
    assert "s3cret" not in repr(account) + repr(file)


async def test_one_telephone_belongs_to_one_person(house: House) -> None:
    await offered(house)
    other = {"login": "paco", "name": "Paco", "extension": "105", "devices": PEPA["devices"][:1]}
    assert (await house.ask("admin", "POST", "/settings/people", json=other)).status == 422
    wrong = {**other, "devices": [{"mac": "no mac", "vendor": "snom"}]}
    assert (await house.ask("admin", "POST", "/settings/people", json=wrong)).status == 422


def test_a_mac_is_known_in_every_way_it_is_written() -> None:
    for written in ("00:04:13:AA:BB:03", "00-04-13-aa-bb-03", "0004.13aa.bb03", "000413AABB03"):
        assert DeskPhone(mac=written, vendor="snom").mac == MACS["snom"]


def test_poly_is_led_to_the_file_that_holds_the_account() -> None:
    account = SipAccount("104", "s3cret", "pbx", "pbx", 5061, "tls", "Pepa")
    entry = file_of(DeskPhone(mac=MACS["poly"], vendor="poly"), account, f"{MACS['poly'].upper()}.cfg")
    assert entry is not None
    assert not entry.has_account
    named = ElementTree.fromstring(entry.text.encode()).attrib["CONFIG_FILES"]
    assert file_of(DeskPhone(mac=MACS["poly"], vendor="poly"), account, named) is not None


@pytest.mark.parametrize(("transport", "only", "found"), [("udp", False, "0"), ("tls", False, "1"), ("tls", True, "2")])
def test_srtp_goes_with_tls_and_is_required_where_the_house_requires_it(transport: str, only: bool, found: str) -> None:
    account = replace(SipAccount("104", "s3cret", "pbx", "pbx", 5061, transport, "Pepa"), srtp_only=only)
    file = file_of(DeskPhone(mac=MACS["yealink"], vendor="yealink"), account, f"{MACS['yealink']}.cfg")
    assert file is not None
    assert f"account.1.srtp_encryption = {found}\n" in file.text
