"""The floor that is measured: the demo company with two hundred agents, and callers who wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config.company import Company, Person, QueueMember
from config.loading import load_company_file
from config.secrets import InitialSecrets
from tests.kit import Api, Server
from tests.kit.api import eventually
from tests.kit.carrier import Carrier
from tests.kit.errors import NothingCameError

AGENTS = 200
SALES = "+34910000002"
PASSWORD = "demo"
FIRST_EXTENSION = 2001
RATE = 25.0
ROUNDS = 6
ROUND_S = 10.0


def extras(agents: int) -> list[str]:
    """Logins of those who are no part of the demo company."""
    return [f"a{index:03}" for index in range(agents - 5)]


def company(server: Server, agents: int = AGENTS) -> Company:
    """The demo company, its trunk at the test's carrier, with ``agents`` people, all of them in both queues."""
    demo = load_company_file()
    people = [
        Person(login=login, name=f"Agent {login[1:]}", extension=str(FIRST_EXTENSION + index), pickup_group=None)
        for index, login in enumerate(extras(agents))
    ]
    members = tuple(QueueMember(login=person.login) for person in people)
    queues = tuple(
        queue.model_copy(
            update={"members": queue.members + members, "max_wait_s": 86400, "announce_position_s": 0, "wrap_up_s": 0}
        )
        for queue in demo.queues
    )
    carrier = demo.trunks[0].model_copy(
        update={
            "host": "127.0.0.1",
            "port": server.carrier_port,
            "known_addresses": (f"127.0.0.1:{server.carrier_port}",),
            "media_networks": ("127.0.0.0/8",),
            "max_calls": 100_000,
        }
    )
    return demo.model_copy(update={"people": (*demo.people, *people), "queues": queues, "trunks": (carrier,)})


def write_company(server: Server) -> None:
    """Before the first start."""
    whole = company(server)
    secrets = InitialSecrets(
        sip={person.extension: f"demo-{person.extension}" for person in whole.people},
        web=dict.fromkeys(("admin", "ana", "sofia"), PASSWORD),
    )
    server.data_dir.mkdir(parents=True, exist_ok=True)
    for name, document in (("company.yaml", whole), ("secrets.yaml", secrets)):
        (server.data_dir / name).write_text(document.model_dump_json())


@asynccontextmanager
async def callers(server: Server, admin: Api) -> AsyncIterator[Waiting]:
    carrier = await Carrier.listen(server.sip, server.carrier_port, sound=False)
    async with carrier:
        yield Waiting(carrier, admin)


class Waiting:
    """Callers of the queue ``sales``, in which nobody is available: they stay."""

    def __init__(self, carrier: Carrier, admin: Api) -> None:
        self.carrier = carrier
        self._admin = admin
        self._placed = 0

    async def until(self, count: int) -> None:
        """Place calls until ``count`` are up; an exchange that was full for a moment is called again.

        Raises NothingCameError.
        """
        for _ in range(ROUNDS):
            for _ in range(count - await self._waiting()):
                self.carrier.place(SALES, f"+3462{self._placed:07d}")
                self._placed += 1
                await asyncio.sleep(1 / RATE)
            with contextlib.suppress(NothingCameError):
                return await self._arrived(count)
        raise NothingCameError(f"{count} calls up, {self._placed} placed")

    async def _arrived(self, count: int) -> None:
        async def look() -> bool | None:
            return True if await self._waiting() >= count else None

        await eventually(look, ROUND_S, f"{count} calls up")

    async def _waiting(self) -> int:
        (queue,) = [one for one in await self._admin.items("/queues") if one["name"] == "sales"]
        return int(queue["waiting"])
