"""Requests made from the OpenAPI document, right and wrong: the server answers as it says, and never with a 500."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from config.loading import load_company_file
from tests.unit.web.conftest import NOW, Clock, make_template, open_house
from tests.unit.web.events import CARMEN, answered, ended, event, started

EXAMPLES = 2 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
# What no schema can say (that a record referred to exists, that a number is one) is refused although it fits.
LEFT_OUT = ("positive_data_acceptance",)
NOT_CALLED = ("session.delete", "session.create", "session.end")
LOGINS = ("admin", "sofia", "ana")


@schemathesis.serializer("audio/wav")
def as_it_is(_: Any, value: Any) -> bytes:
    """A sound file that is none: whatever text was generated."""
    return str(value).encode("utf-8", "surrogatepass")


class Served:
    """The application in a thread of its own."""

    def __init__(self) -> None:
        self.url = ""
        self.tokens: dict[str, str] = {}
        self._ready, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Served:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _run(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        company = load_company_file()
        template = make_template(folder / "template.sqlite3", company)
        (folder / "data").mkdir()

        async def serve() -> None:
            async with open_house(template, folder / "data", company, Clock()) as house:
                call = "0198c0de-1111-7000-8000-000000000001"
                await house.happen(
                    event(started(CARMEN), call, NOW),
                    event(answered("ana"), call, NOW + 2),
                    event(ended(CARMEN, login="ana"), call, NOW + 9),
                )
                self.url, self.tokens = house.url, {login: await house.token(login) for login in LOGINS}
                self._ready.set()
                await asyncio.to_thread(self._over.wait)

        try:
            asyncio.run(serve())
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served() as served:
        yield served


@pytest.fixture(scope="module")
def api_schema(served: Served) -> Any:
    return schemathesis.openapi.from_url(f"{served.url}/api/v1/openapi.json").exclude(operation_id=list(NOT_CALLED))


@pytest.mark.parametrize(
    ("login", "mode"),
    [("admin", GenerationMode.NEGATIVE), *((login, GenerationMode.POSITIVE) for login in LOGINS)],
    ids=lambda one: getattr(one, "value", one),
)
def test_the_server_answers_as_its_description_says(
    served: Served, api_schema: Any, login: str, mode: GenerationMode
) -> None:
    headers = {"Authorization": f"Bearer {served.tokens[login]}"}
    left_out = CHECKS.get_by_names(LEFT_OUT)
    asked = 0
    for found in api_schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES if login == LOGINS[0] else 1,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=headers, excluded_checks=left_out)

        try:
            ask()
        except Unsatisfiable:
            # Nothing about this operation can be wrong: it takes no parameters and no body.
            continue
    assert asked > 50
