"""What SIP costs, against the real exchange: `make bench-sip`.

1. Calls a second through the B2BUA: SIPp as the carrier, SIPp as the telephone, the exchange on one core, no sound. The
   rate rises until a call fails or more than one message in a thousand is repeated; the last rate that held is held
   for longer than any transaction lives. SIPp directly to SIPp is the reference.
2. Registrations a second with digest, and ten thousand telephones that refresh.
3. Strangers who send 5,000 INVITE, REGISTER or garbage a second: calls, delay of answers and memory meanwhile.
4. Memory of a TLS connection and of a WebSocket, a thousand of each.
5. Microseconds to parse and build real messages; a call beside 1 to 10,000 others.

The last line is JSON: b2bua_calls_per_s, cpu_ms_per_call, registrations_per_s, invite_parse_build_us, tls_kb,
websocket_kb (and more).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.sip.connections import environment_with_tls, tls_kilobytes, websocket_kilobytes
from benchmarks.sip.flood import KINDS, flooded
from benchmarks.sip.house import FIRST_EXTENSION, NUMBER, ExchangeUnderTest
from benchmarks.sip.messages import call_among, parse_and_build
from benchmarks.sipp_load import Answerer, Load, available, direct, offer, register

TYPICAL = "invite_desk_phone"
HOLD_S = 1.0
MAX_REPEATED = 0.001
MESSAGES_PER_CALL = 6


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rates: tuple[int, ...] = (100, 200, 250, 300, 350, 400, 450, 500)
    step_s: float = 6.0
    held_s: float = 36.0
    phones: int = 10_000
    registrations: tuple[int, ...] = (1000, 1500, 1750, 2000, 2250, 2500)
    flood_s: float = 8.0
    flood_rate: int = 5000
    connections: int = 1000
    dialogs: tuple[int, ...] = (1, 100, 1000, 10_000)


QUICK = Size((50, 100), 3.0, 6.0, 500, (500,), 3.0, 2000, 100, (1, 1000))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def holds(load: Load, rate: float, messages: int) -> bool:
    """Nothing failed, hardly anything was repeated, and the rate was kept."""
    achieved = load.calls / max(load.seconds - HOLD_S, 0.1)
    return load.failed == 0 and load.retransmissions <= load.calls * messages * MAX_REPEATED and achieved > 0.9 * rate


async def calls(house: ExchangeUnderTest, directory: Path, size: Size) -> dict[str, float]:
    best = 0
    async with Answerer(house, "101", directory):
        await asyncio.to_thread(offer, house, NUMBER, directory, rate=10, calls=20, hold_s=0.2)
        for rate in size.rates:
            load, ms = await _offered(house, directory, rate, size.step_s)
            say(f"  {rate:>4}/s: {load.failed} failed, {load.retransmissions} repeated, {ms:.2f} ms of CPU a call")
            if not holds(load, rate, MESSAGES_PER_CALL):
                break
            best = rate
        held: dict[str, float] = {}
        while best and not held:
            load, ms = await _offered(house, directory, best, size.held_s)
            say(
                f"  {best:>4}/s for {size.held_s:.0f} s: {load.failed} failed, {load.retransmissions} repeated,"
                f" {ms:.2f} ms of CPU a call"
            )
            if holds(load, best, MESSAGES_PER_CALL):
                held = {"b2bua_calls_per_s": best, "cpu_ms_per_call": round(ms, 3)}
            else:
                best = max((rate for rate in size.rates if rate < best), default=0)
    return held or {"b2bua_calls_per_s": 0}


async def _offered(house: ExchangeUnderTest, directory: Path, rate: int, seconds: float) -> tuple[Load, float]:
    before = house.cpu_s()
    load = await asyncio.to_thread(
        offer, house, NUMBER, directory, rate=rate, calls=round(rate * seconds), hold_s=HOLD_S
    )
    return load, (house.cpu_s() - before) * 1000 / max(load.calls, 1)


async def registrations(house: ExchangeUnderTest, directory: Path, size: Size) -> dict[str, float]:
    users = directory / "users.csv"
    extensions = range(FIRST_EXTENSION, FIRST_EXTENSION + size.phones)
    users.write_text(
        "SEQUENTIAL\n" + "".join(f"{one};[authentication username={one} password=demo-{one}]\n" for one in extensions)
    )
    best: dict[str, float] = {"registrations_per_s": 0, "registered_phones": size.phones}
    for rate in (size.registrations[0], *size.registrations):
        before = house.cpu_s()
        load = await asyncio.to_thread(register, house, users, directory, rate=rate, count=size.phones)
        ms = (house.cpu_s() - before) * 1000 / max(load.calls, 1)
        achieved = load.calls / load.seconds
        say(
            f"  {rate:>5}/s asked, {achieved:.0f}/s done: {load.failed} failed, {load.retransmissions} repeated,"
            f" {ms:.3f} ms of CPU each"
        )
        if load.failed or load.retransmissions > load.calls * 4 * MAX_REPEATED or achieved < 0.9 * rate:
            break
        best |= {"registrations_per_s": round(achieved), "cpu_ms_per_registration": round(ms, 3)}
    return best


async def floods(house: ExchangeUnderTest, directory: Path, size: Size) -> dict[str, float]:
    figures: dict[str, float] = {}
    async with Answerer(house, "101", directory):
        for kind in KINDS:
            seen = await flooded(house, directory, kind, size.flood_rate, size.flood_s)
            say(f"  {', '.join(f'{name} {value}' for name, value in asdict(seen).items())}")
            figures |= {
                f"flood_{kind.lower()}_failed_calls": seen.failed,
                f"flood_{kind.lower()}_answer_p99_ms": seen.answer_p99_ms,
                f"flood_{kind.lower()}_grown_kb": seen.grown_kb,
            }
    return figures


async def measure(directory: Path, size: Size) -> dict[str, float]:
    figures: dict[str, float] = {}
    if available():
        say("SIPp directly to SIPp, as the reference")
        load = await asyncio.to_thread(direct, directory, rate=size.rates[-1], seconds=size.step_s, hold_s=HOLD_S)
        figures["direct_calls_per_s"] = round(load.calls / max(load.seconds - HOLD_S, 0.1), 1)
        say(f"  {load.asked}/s asked: {load.failed} failed, {load.retransmissions} repeated")
        async with ExchangeUnderTest(_made(directory / "calls")) as house:
            say("Calls through the exchange, on one core, without sound")
            figures |= await calls(house, directory, size)
            say(f"{size.flood_rate} requests a second from strangers, beside 20 calls a second")
            figures |= await floods(house, directory, size)
        async with ExchangeUnderTest(_made(directory / "phones"), people=size.phones + 1) as house:
            say(f"Registrations with digest, {size.phones} telephones")
            figures |= await registrations(house, directory, size)
    else:
        say("SIPp is not installed: no calls and no registrations (Debian: apt-get install sip-tester)")
    say(f"{size.connections} TLS connections")
    tls = _made(directory / "tls")
    async with ExchangeUnderTest(tls, environment=environment_with_tls(tls)) as house:
        figures["tls_kb"] = round(await tls_kilobytes(house, size.connections), 1)
    say(f"{size.connections} WebSockets")
    figures["websocket_kb"] = round(await websocket_kilobytes(directory / "web", size.connections), 1)
    return figures


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True)
    return directory


def messages(size: Size) -> dict[str, float]:
    say("Parse and build, µs by message")
    by_name = parse_and_build()
    say(f"  {', '.join(f'{name} {us}' for name, us in by_name.items())}")
    among = {dialogs: round(call_among(dialogs), 1) for dialogs in size.dialogs}
    say(f"  a call beside others, µs: {among}")
    flat = among[size.dialogs[-1]] / among[size.dialogs[0]]
    return {"invite_parse_build_us": by_name[TYPICAL], "dialogs_10000_to_1": round(flat, 2)} | {
        f"parse_build_{name}_us": us for name, us in by_name.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="What SIP costs, against the real exchange.")
    parser.add_argument("--quick", action="store_true", help="small loads, one minute in all")
    size = QUICK if parser.parse_args().quick else Size()
    figures = messages(size)
    with tempfile.TemporaryDirectory(prefix="centralita-bench-") as directory:
        figures |= asyncio.run(measure(Path(directory), size))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
