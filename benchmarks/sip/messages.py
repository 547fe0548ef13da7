"""Parser and writer on messages as telephones and carriers send them, and a call among many others."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from pbx.net.hop import Hop
from pbx.sip.message import Request
from pbx.sip.parse import check_request, check_response, parse
from tests.unit.net.network import AGENT, SDP, House

MESSAGES = Path(__file__).parent / "messages"
ROUNDS, REPEATS = 2000, 7
_OF_A_CALL = re.compile(rb"branch=z9hG4bK|;tag=|\r\nCall-ID: ")


def _us(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Microseconds of CPU of one ``work``: the median of several series, which the neighbours disturb least."""
    found = []
    for _ in range(REPEATS):
        began = time.thread_time()
        for _ in range(rounds):
            work()
        found.append((time.thread_time() - began) * 1e6 / rounds)
    return statistics.median(found)


def _calls(data: bytes) -> Iterator[bytes]:
    """The message as it comes in one call after the other: tags, branch and Call-ID are never the same."""
    for number in range(ROUNDS * REPEATS):
        yield _OF_A_CALL.sub(rb"\g<0>%d" % number, data)


def _parsed_and_built(data: bytes) -> Callable[[], object]:
    """Read all that a user agent asks for of this message, and write it again."""
    messages = iter(list(_calls(data)))

    def request() -> object:
        message = parse(next(messages))
        assert isinstance(message, Request)
        check_request(message)
        return message.encode()

    def response() -> object:
        message = parse(next(messages))
        check_response(message)  # type: ignore[arg-type]
        return message.encode()

    return request if not data.startswith(b"SIP/") else response


def parse_and_build() -> dict[str, float]:
    """Microseconds by message: parsed, checked, read and written again."""
    return {file.stem: round(_us(_parsed_and_built(file.read_bytes())), 1) for file in sorted(MESSAGES.glob("*.sip"))}


def call_among(dialogs: int, calls: int = 300) -> float:
    """Microseconds of one call, from its INVITE to the answer to its BYE, while that many others are up."""
    house, number = House(), count()
    for _ in range(dialogs):
        _call(house, next(number), hang_up=False)
        house.wire.sent.clear()

    def call() -> None:
        _call(house, next(number), hang_up=True)
        house.wire.sent.clear()

    return _us(call, calls)


def _call(house: House, number: int, *, hang_up: bool) -> None:
    receive, source = house.agent.receive, Hop("udp", ("127.0.0.1", 5070), AGENT)
    receive(_request("INVITE", number, "", SDP), source)
    session = house.invites.pop()
    session.accept(SDP)
    receive(_request("ACK", number, session.local_tag), source)
    if hang_up:
        receive(_request("BYE", number, session.local_tag), source)
    house.take_events()


def _request(method: str, number: int, to_tag: str, body: bytes = b"") -> bytes:
    tag = f";tag={to_tag}" if to_tag else ""
    head = (
        f"{method} sip:100@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK{method}{number};rport\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:peer@127.0.0.1>;tag=t{number}\r\nTo: <sip:100@10.0.0.1>{tag}\r\n"
        f"Call-ID: call{number}\r\nCSeq: {2 if method == 'BYE' else 1} {method}\r\n"
        f"Contact: <sip:peer@127.0.0.1:5070>\r\nContent-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
