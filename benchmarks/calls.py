"""What a call costs, end to end, against the real processes: `make bench`.

1. How many calls a second the exchange sets up between SIPp as the carrier and SIPp as a registered phone, and the
   CPU per call of each process. The rate rises until calls fail or fall behind; the best one that held is reported.
2. How long from the carrier's INVITE to the pop-up on the agent's page, to the agent's INVITE and to the 200, at
   20 calls a second.
3. How much memory a call takes while it is up.
4. A relayed packet beside a C relay in the same run (benchmarks/media.py).

The last line is JSON: relay_us, c_relay_us, b2bua_calls_per_s, popup_p99_ms, answer_p99_ms, call_kb (and more).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.media import STANDARD_CALLS, packet_cost
from benchmarks.processes import Cost, measure
from benchmarks.sipp_load import Answerer, Load, available, offer
from tests.kit import Call, Server
from tests.kit.phone import answers

ANA = "+34910000003"
RATES = (25, 50, 75, 100, 150, 200, 250, 300)
HOLD_S = 1.0
LATENCY_RATE = 20


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rates: tuple[int, ...] = RATES
    step_s: float = 8.0
    held_calls: int = 200
    latency_calls: int = 400
    relay_s: float = 6.0
    relay_calls: tuple[int, ...] = STANDARD_CALLS


QUICK = Size(rates=(25, 50), step_s=4.0, held_calls=50, latency_calls=100, relay_s=2.0, relay_calls=(400, 100))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def calls_per_second(server: Server, directory: Path, size: Size) -> dict[str, float]:
    """Raise the rate until it does not hold."""
    best: dict[str, float] = {"b2bua_calls_per_s": 0.0}
    async with Answerer(server, "101", directory):
        await asyncio.to_thread(offer, server, ANA, directory, rate=10, calls=20, hold_s=0.2)
        for rate in size.rates:
            before = measure(server)
            calls = round(rate * size.step_s)
            load = await asyncio.to_thread(offer, server, ANA, directory, rate=rate, calls=calls, hold_s=HOLD_S)
            after = measure(server)
            achieved = load.calls / max(load.seconds - HOLD_S, 0.1)
            cpu = cpu_per_call(before, after, load)
            say(
                f"  {rate:>4}/s asked: {achieved:6.1f}/s, {load.failed} failed, {load.retransmissions} retransmissions,"
                f" CPU per call {', '.join(f'{role} {ms:.2f} ms' for role, ms in cpu.items())}"
            )
            if load.failed > load.calls / 1000 or load.retransmissions > calls / 20 or achieved < 0.9 * rate:
                break
            best = {
                "b2bua_calls_per_s": round(achieved, 1),
                "exchange_cpu_ms_per_call": round(cpu["exchange"], 3),
                "media_cpu_ms_per_call": round(cpu["media"], 3),
                "office_cpu_ms_per_call": round(cpu["office"], 3),
                "b2bua_calls_per_core_s": round(1000 / cpu["exchange"], 1),
            }
    return best


def cpu_per_call(before: Cost, after: Cost, load: Load) -> dict[str, float]:
    """Milliseconds by role."""
    return {
        role: (after.cpu_s[role] - before.cpu_s.get(role, 0.0)) * 1000 / max(load.calls, 1)
        for role in ("exchange", "media", "office")
        if role in after.cpu_s
    }


async def memory_per_call(server: Server, directory: Path, held: int) -> float:
    """kB of all processes for each call that is up, beyond what they take without calls."""
    async with Answerer(server, "101", directory):
        before = measure(server)
        rate = 25
        hold = held / rate + 6
        load = asyncio.create_task(asyncio.to_thread(offer, server, ANA, directory, rate=rate, calls=held, hold_s=hold))
        await asyncio.sleep(held / rate + 3)
        during = measure(server)
        result = await load
    more = during.total_kilobytes - before.total_kilobytes
    say(f"  {held} calls up ({result.failed} failed): {more:.0f} kB more")
    return more / held


async def latencies(server: Server, count: int) -> dict[str, list[float]]:
    """Milliseconds from the carrier's INVITE to the pop-up, to the agent's INVITE, to the 200."""
    found: dict[str, list[float]] = {"popup": [], "agent_invite": [], "answer": []}
    async with contextlib.AsyncExitStack() as stack:
        api = await stack.enter_async_context(await server.api("ana"))
        events = await stack.enter_async_context(await api.events())
        phone = await server.phone("101", behaviour=answers(after=0.0), sound=False)
        carrier = await server.carrier(sound=False)
        stack.push_async_callback(phone.close)
        stack.push_async_callback(carrier.close)
        due = time.monotonic()
        calls: dict[str, Call] = {}
        for index in range(count):
            number = f"+3461{index:07d}"
            call = calls[number] = carrier.place(ANA, number)
            phone.spawn(_end_soon(call))
            due += 1 / LATENCY_RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await asyncio.sleep(3)
        pops = {one.event["number"]: one.at for one in events.received if one.event["type"] == "screen_pop"}
        invites = {call.caller_number: call.invited_at for call in phone.calls}
        for number, call in calls.items():
            for name, at in (
                ("popup", pops.get(number)),
                ("agent_invite", invites.get(number)),
                ("answer", call.answered_at),
            ):
                if at is not None:
                    found[name].append((at - call.invited_at) * 1000)
    return found


async def _end_soon(call: Call) -> None:
    await call.answered()
    await asyncio.sleep(0.3)
    await call.hang_up()


def percentiles(name: str, milliseconds: list[float], count: int) -> dict[str, float]:
    """p50 and p99 of what came, and how much never came."""
    if not milliseconds:
        return {f"{name}_missing": count}
    p50, p99 = np.percentile(milliseconds, [50, 99])
    say(f"  {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {len(milliseconds)} of {count}")
    return {
        f"{name}_p50_ms": round(float(p50), 1),
        f"{name}_p99_ms": round(float(p99), 1),
        f"{name}_missing": count - len(milliseconds),
    }


async def measure_server(directory: Path, size: Size) -> dict[str, float]:
    """Everything that needs the product's processes."""
    figures: dict[str, float] = {}
    server = Server(directory, media_ports=64)
    server.start()
    try:
        say(f"From the INVITE to the pop-up and the answer, at {LATENCY_RATE} calls a second")
        for name, values in (await latencies(server, size.latency_calls)).items():
            figures |= percentiles(name, values, size.latency_calls)
        if available():
            say("Memory of a call")
            figures["call_kb"] = round(await memory_per_call(server, directory, size.held_calls), 1)
            say("Calls a second, SIPp on both sides")
            figures |= await calls_per_second(server, directory, size)
        else:
            say("SIPp is not installed: no rate and no memory (Debian: apt-get install sip-tester)")
    finally:
        server.stop()
    return figures


async def relay_figures(size: Size) -> dict[str, float]:
    """CPU per relayed packet, ours and a C relay's, under the same load."""
    calls, limit, ours = await packet_cost(size.relay_calls, size.relay_s)
    return {
        "compared_calls": calls,
        "relay_us": round(ours.us_per_packet, 3),
        "c_relay_us": round(limit.us_per_packet, 3),
        "relay_lost": round(ours.loss, 6),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="What a call costs, end to end.")
    parser.add_argument("--quick", action="store_true", help="small loads, two minutes in all")
    size = QUICK if parser.parse_args().quick else Size()
    with tempfile.TemporaryDirectory(prefix="centralita-bench-") as directory:
        os.environ["MEDIA_BENCH_DIR"] = directory
        say("A relayed packet, beside a C relay")
        figures = asyncio.run(relay_figures(size))
        figures |= asyncio.run(measure_server(Path(directory) / "server", size))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
