"""The installation itself: how it is, what telephones are registered, and what is still to be set up."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import time
from typing import Any

from sqlalchemy import select, text

from pbx.facade import ExchangeUnavailableError
from pbx.ipc.connection import RequestFailedError
from store.configuration import is_demo
from store.tables import Account, Installation, LoggedEvent, ProjectionFault
from web.api.model import Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.problems import told

ALARMS = 20
LOW_DISK_SHARE = 0.1


class Trunk(Shown):
    """null: that is not asked of this trunk, or not known yet."""

    name: str
    registered: bool | None
    alive: bool | None
    fault: str


class Exchange(Shown):
    """``draining``: it finishes its calls and takes no new ones."""

    up: bool
    draining: bool
    started_at: ShownTime | None
    calls: int
    media_workers: int
    media_workers_wanted: int
    devices: int
    browsers: int


class Disk(Shown):
    free_bytes: int
    total_bytes: int
    is_low: bool


class Alarm(Shown):
    at: ShownTime
    what: str
    detail: str


class Health(Shown):
    """``faults``: events that could not be written into a list or report."""

    exchange: Exchange
    trunks: list[Trunk]
    database: str
    database_ms: float
    disk: Disk
    faults: int
    event_readers: int
    alarms: list[Alarm]
    has_certificate: bool
    is_demo: bool


class Device(Shown):
    """A registered telephone."""

    extension: str
    login: str | None
    contact: str
    address: str
    user_agent: str
    expires_s: float


class Devices(Shown):
    items: list[Device]
    next_cursor: str | None


class Setup(Shown):
    """What a new installation still needs; the wizard goes on where it was left."""

    company: bool
    administrator: bool
    number: bool
    colleague: bool
    device: bool
    test_call: bool


async def health(ask: Ask) -> Health:
    office = ask.office
    began = time.perf_counter()
    async with office.database.session() as session:
        await session.execute(text("SELECT 1"))
        took = time.perf_counter() - began
        faults = len(list(await session.scalars(select(ProjectionFault.seq).limit(1000))))
        rows = await session.scalars(
            select(LoggedEvent.body)
            .where(LoggedEvent.type == "system.alarm")
            .order_by(LoggedEvent.seq.desc())
            .limit(ALARMS)
        )
        alarms = [
            {**{name: body[name] for name in Alarm.model_fields}, "detail": told(ask.request, body["detail"])}
            for body in rows
        ]
        demo = await is_demo(session)
    disk = await asyncio.to_thread(shutil.disk_usage, office.settings.data_dir)
    exchange, trunks = await _exchange(ask)
    return Health.model_validate(
        {
            "exchange": exchange,
            "trunks": trunks,
            "database": "SQLite" if office.database.is_sqlite else "PostgreSQL",
            "database_ms": round(took * 1000, 2),
            "disk": {
                "free_bytes": disk.free,
                "total_bytes": disk.total,
                "is_low": disk.free < LOW_DISK_SHARE * disk.total,
            },
            "faults": faults,
            "event_readers": office.hub.subscribers,
            "alarms": alarms,
            "has_certificate": office.settings.tls_cert is not None,
            "is_demo": demo,
        }
    )


async def _exchange(ask: Ask) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    wanted = ask.office.settings.workers
    try:
        said = await ask.office.exchange.health()
    except (ExchangeUnavailableError, RequestFailedError):
        away = {"up": False, "draining": False, "started_at": None, "calls": 0, "media_workers": 0}
        return {**away, "media_workers_wanted": wanted, "devices": 0, "browsers": 0}, []
    trunks = said.get("trunks") or {}
    exchange = {
        "up": True,
        "draining": bool(said.get("draining")),
        "started_at": said.get("started_at"),
        "calls": said.get("calls", 0),
        "media_workers": said.get("media_workers", 0),
        "media_workers_wanted": wanted,
        "devices": said.get("devices", 0),
        "browsers": said.get("browsers", 0),
    }
    return exchange, [
        {
            "name": name,
            **{field: state.get(field) for field in ("registered", "alive")},
            "fault": told(ask.request, state.get("fault") or ""),
        }
        for name, state in sorted(trunks.items())
    ]


async def devices(ask: Ask) -> Devices:
    found = await ask.office.exchange.devices()
    items = [
        {
            "extension": device["extension"],
            "login": device["login"],
            "contact": device["contact"],
            "address": device["from"],
            "user_agent": device["user_agent"],
            "expires_s": round(device["expires_s"]),
        }
        for device in sorted(found, key=lambda device: (device["extension"], device["contact"]))
    ]
    shown, following = page_of(items, _device_key, ask.query)
    return Devices.model_validate({"items": shown, "next_cursor": following})


def _device_key(device: dict[str, Any]) -> str:
    """A device's own, short enough for a cursor."""
    return hashlib.sha256(f"{device['extension']} {device['contact']}".encode()).hexdigest()[:16]


async def setup(ask: Ask) -> Setup:
    company = ask.office.company
    async with ask.office.database.session() as session:
        loaded_at = await session.scalar(select(Installation.value).where(Installation.name == "loaded_at"))
        mine = await session.scalar(select(Account.changed_at).where(Account.login == ask.viewer.login))
        tried = await session.scalar(
            select(LoggedEvent.seq)
            .where(LoggedEvent.type == "call.ended", LoggedEvent.body["answered_at"].as_string().is_not(None))
            .limit(1)
        )
        demo = await is_demo(session)
    try:
        registered = bool(await ask.office.exchange.devices())
    except (ExchangeUnavailableError, RequestFailedError):
        registered = False
    return Setup(
        company=demo or company.name not in ("", "My company"),
        administrator=demo or (mine is not None and loaded_at is not None and mine > float(loaded_at)),
        number=bool(company.numbers),
        colleague=len(company.people) > 1,
        device=registered,
        test_call=tried is not None,
    )


OPERATIONS = (
    Operation("system.health", "GET", "/system/health", "How the installation is", health, Health),
    Operation("system.setup", "GET", "/system/setup", "What a new installation still needs", setup, Setup),
    Operation(
        "devices.list", "GET", "/devices", "Registered telephones", devices, Devices, query=PagedWhole, errors=(503,)
    ),
)
