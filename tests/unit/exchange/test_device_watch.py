"""A dead telephone is seen within ten seconds, and offered no calls until it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from pbx.calls.target import Target
from pbx.events import AgentReachability
from pbx.exchange.device_watch import DeviceWatch
from pbx.sip.uri import Uri
from tests.unit.exchange.stage import SALES, Stage


class Telephones:
    """Which of them answer; a silent one takes its time."""

    def __init__(self) -> None:
        self.silent: set[str] = set()
        self.asked: list[str] = []

    async def ask(self, target: Target) -> bool:
        extension = target.party.extension or ""
        self.asked.append(extension)
        if extension in self.silent:
            await asyncio.sleep(2)
        return extension not in self.silent


@pytest.fixture
def telephones() -> Telephones:
    return Telephones()


@pytest.fixture
async def watch(stage: Stage, telephones: Telephones) -> AsyncIterator[DeviceWatch]:
    watch = DeviceWatch(stage.house, telephones.ask)
    watch.start()
    yield watch
    watch.stop()


async def test_a_dead_telephone_is_offered_no_calls(stage: Stage, watch: DeviceWatch, telephones: Telephones) -> None:
    stage.phone("ana", available=True)
    await stage.settle(5)
    telephones.silent.add("101")
    await stage.settle(10)
    assert [(one.login, one.on, one.cause) for one in stage.of(AgentReachability)] == [("ana", False, "no_answer")]
    await stage.call_in(SALES)
    assert stage.agent.rung() == []
    telephones.silent.clear()
    await stage.settle(10)
    assert stage.agent.rung() == ["101"]


async def test_one_that_never_answers_such_questions_is_left_alone(
    stage: Stage, watch: DeviceWatch, telephones: Telephones
) -> None:
    telephones.silent.add("101")
    stage.phone("ana", available=True)
    await stage.settle(60)
    assert stage.of(AgentReachability) == []
    assert stage.queues.agent("ana").reachable


async def test_who_is_offline_is_not_asked(stage: Stage, watch: DeviceWatch, telephones: Telephones) -> None:
    stage.phone("ana")
    await stage.settle(20)
    assert telephones.asked == []


async def test_a_second_telephone_keeps_an_agent_reachable(
    stage: Stage, watch: DeviceWatch, telephones: Telephones
) -> None:
    stage.phone("ana", devices=2, available=True)
    await stage.settle(10)
    assert len(telephones.asked) >= 4
    assert stage.queues.agent("ana").reachable


async def test_a_fault_does_not_end_the_watch(stage: Stage, watch: DeviceWatch, telephones: Telephones) -> None:
    stage.phone("ana", available=True)
    targets = stage.registrar.targets

    def broken(extension: str) -> list[Target]:
        stage.registrar.targets = targets  # type: ignore[method-assign]
        raise RuntimeError("once")

    await stage.settle(5)
    stage.registrar.targets = broken  # type: ignore[method-assign]
    await stage.settle(10)
    telephones.silent.add("101")
    await stage.settle(10)
    assert [one.on for one in stage.of(AgentReachability)] == [False]


async def test_what_was_known_of_a_telephone_goes_with_its_registration(
    stage: Stage, watch: DeviceWatch, telephones: Telephones
) -> None:
    stage.phone("ana", available=True)
    await stage.settle(5)
    devices = stage.registrar.devices
    devices["101"] = [replace(devices["101"][0], uri=Uri("sip", "101", "192.0.2.99"))]
    telephones.silent.add("101")
    await stage.settle(10)
    assert stage.of(AgentReachability) == []  # that one has never answered
