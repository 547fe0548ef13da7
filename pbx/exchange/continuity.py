"""Calls outlive the exchange: what the next one has to know of each is kept in a file of its own, and taken up by it.

The files are for a process that dies, not for a machine that does: they are replaced whole, and never synced.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import structlog

from pbx.background import for_ever
from pbx.calls.call import Call
from pbx.calls.connect import ConnectedOutcome
from pbx.calls.errors import HandoverError
from pbx.calls.handover import describe, take_over
from pbx.calls.ledger import Departure
from pbx.calls.leg import Leg
from pbx.exchange.house import House
from pbx.exchange.journey import follow
from pbx.exchange.places import after
from pbx.routing.errors import TrunkUnavailableError

log = structlog.get_logger()

MAX_BYTES = 1 << 20
SUFFIX, TAKEN = ".json", ".taken"
"""What a call's file is called, and what once the next exchange has read it, until it has written its own: should that
exchange die of it, one more may try."""
AGAIN_S = 1.0  # until a disk that has failed is tried again
GATHER_S = 0.02  # what changes within this time is written together: a turn of a thread costs more than a file


class Continuity:
    """Keeps ``folder`` equal to the live calls; ``on_fault`` hears of a disk that does not take it."""

    def __init__(self, folder: Path, on_fault: Callable[[str], None]) -> None:
        self._folder = folder
        self._on_fault = on_fault
        self._changed: dict[str, Call] = {}
        self._taken: set[str] = set()
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._is_failing = False
        self._closing = False

    async def begin(self) -> list[dict[str, Any]]:
        """What the last exchange has left; from now on this one's calls are kept."""
        left = await asyncio.to_thread(self._take_what_is_left)
        self._writer = for_ever(self._write, "live_calls")
        return left

    def changed(self, call: Call) -> None:
        """Something of the call is to be written, soon; when it is over, its file goes."""
        self._changed[call.id] = call
        self._wake.set()

    async def not_going_on(self, ids: Iterable[str]) -> None:
        """These calls of the last exchange are over: nobody is to take them up again."""
        await asyncio.to_thread(self._forget_taken, self._taken & set(ids))

    async def close(self) -> None:
        """Write what is left."""
        self._closing = True
        self._wake.set()
        if self._writer is not None:
            await self._writer

    async def _write(self) -> None:
        while not self._closing:
            await self._wake.wait()
            await asyncio.sleep(0 if self._closing else GATHER_S)
            self._wake.clear()
            await self._write_changed()
            if self._is_failing and not self._closing:
                await asyncio.sleep(AGAIN_S)
                self._wake.set()
        await self._write_changed()  # what came while the last of it was being written

    async def _write_changed(self) -> None:
        changed, self._changed = self._changed, {}
        if not changed:
            return
        told: dict[str, dict[str, Any] | None] = {}
        for id_, call in changed.items():
            try:
                told[id_] = describe(call)
            except Exception:  # one call that cannot be described must not cost the others their file
                log.exception("call_not_described", call_id=id_)
        try:
            await asyncio.to_thread(self._keep, told)
            self._is_failing = False
        except OSError as error:
            self._changed = {**changed, **self._changed}
            if not self._is_failing:
                self._on_fault(f"{self._folder}: {error.strerror or error}")
            self._is_failing = True

    def _keep(self, told: dict[str, dict[str, Any] | None]) -> None:
        for id_, document in told.items():
            path = f"{self._folder}/{id_}{SUFFIX}"
            if document is None:
                with suppress(FileNotFoundError):
                    os.unlink(path)  # noqa: PTH108 - a Path costs as much as what is done here
                self._forget_taken({id_} & self._taken)
                continue
            aside = f"{self._folder}/{id_}.new"
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_encode(document))
            os.replace(aside, path)  # noqa: PTH105 - as above
            self._forget_taken({id_} & self._taken)

    def _forget_taken(self, ids: set[str]) -> None:
        for id_ in ids:
            (self._folder / f"{id_}{TAKEN}").unlink(missing_ok=True)
        self._taken -= ids

    def _take_what_is_left(self) -> list[dict[str, Any]]:
        self._folder.mkdir(parents=True, exist_ok=True)
        left = {}
        for path in sorted(self._folder.iterdir(), key=lambda path: (path.suffix == SUFFIX, path.name)):
            document = _read(path) if path.suffix in {SUFFIX, TAKEN} else None
            if document is None:
                path.unlink(missing_ok=True)
            else:
                left[path.stem] = document  # of two about one call, the one that was written last
                if path.suffix == TAKEN:
                    path.unlink()
                else:
                    path.replace(path.with_suffix(TAKEN))
        self._taken = set(left)
        return list(left.values())


def _encode(document: dict[str, Any]) -> bytes:
    """As JSON. Octets from outside that are no UTF-8 (surrogates) are escaped, which the slower encoder alone does."""
    try:
        return orjson.dumps(document)
    except TypeError:
        return json.dumps(document).encode()


def _read(path: Path) -> dict[str, Any] | None:
    """What the file says of a call; None where it says nothing that can be read."""
    if path.stat().st_size > MAX_BYTES:
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        log.warning("call_not_readable", path=str(path), error=str(error))
        return None
    return document if isinstance(document, dict) else None


def resume_calls(house: House, left: list[dict[str, Any]]) -> set[str]:
    """Go on with the calls that an earlier exchange has left, hang up on those with whom that is not possible.

    Returns the ids of the calls that go on.
    """
    going_on: set[str] = set()

    async def serve_after(call: Call, outcome: ConnectedOutcome) -> Departure:
        next_ = after(outcome)
        return next_ if isinstance(next_, Departure) else await follow(house, call, next_)

    def seated(leg: Leg) -> None:
        trunk = house.snapshot().trunks.get(leg.party.trunk or "")
        if trunk is not None:
            with suppress(TrunkUnavailableError):
                leg.at_end(house.trunks.incoming(trunk).release)
            if (over := house.toll.accounts.goes_on(leg.party.number, trunk.name)) is not None:
                leg.at_end(lambda: over(house.board.clock()))

    for told in left:
        try:
            call = take_over(house.board, told, serve_after, seated)
        except HandoverError as error:
            log.warning("call_not_taken_over", call_id=str(told.get("id")), error=str(error))
            continue
        if call is not None:
            going_on.add(call.id)
    log.info("calls_taken_over", going_on=len(going_on), hung_up=len(left) - len(going_on))
    return going_on
