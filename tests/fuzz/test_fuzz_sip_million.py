"""A million messages, each a hard one of RFC 4475 or a telephone's own with something broken in it.

Whatever comes in: the documented errors come out, at most one answer goes out for it, and nothing is left behind.
``make fuzz`` sends a million, ``make test`` twenty thousand; ``FUZZ_MESSAGES`` says otherwise. Each run of a number is
the same; a failure names the number of its message.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from pbx.net.gate import Refusal
from pbx.net.hop import Hop
from pbx.sip.errors import RemoteError
from pbx.sip.message import Request
from pbx.sip.parse import check_request, check_response, parse
from pbx.trace.masking import mask
from tests.unit.net.network import AGENT, House

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [
    file.read_bytes()
    for folder in ("tests/torture", "benchmarks/sip/messages")
    for file in sorted((ROOT / folder).glob("*.sip"))
]
PIECES = (
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"\x00",
    b"\xff",
    b"\xc3",
    b",",
    b";",
    b":",
    b"<",
    b">",
    b'"',
)
PIECES += (b"\\", b"%", b"%00", b"=", b"@", b"[", b"]", b"[::1]", b"-1", b"4294967296", b"99999999999999999999", b"*")
PIECES += (b"SIP/2.0", b"SIP/2.0 200 OK\r\n", b"Via: SIP/2.0/UDP x\r\n", b"Content-Length: 9\r\n", b"l:0\r\n", b";tag=")
PIECES += (
    b"z9hG4bK",
    b"sip:",
    b"tel:+34",
    b"sips:",
    b"INVITE ",
    b"ACK ",
    b"CANCEL ",
    b"REGISTER ",
    b"A" * 300,
    b"\xe2\x82\xac",
)
_LONG = "FUZZ_SECONDS" in os.environ
MESSAGES = int(os.environ.get("FUZZ_MESSAGES", "1000000" if _LONG else "20000"))
HOUSE_EVERY = 20  # parsing is most of it; the user agent gets each twentieth


def mutated(number: int) -> bytes:
    """Message ``number``: a seed with one to four places changed."""
    chance = random.Random(number)
    data = bytearray(SEEDS[number % len(SEEDS)])
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(data) + 1), chance.randrange(12)
        match chance.randrange(6):
            case 0:
                data[at : at + length] = chance.choice(PIECES)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + 4 * length]
            case 3:
                data[at : at + length] = chance.randbytes(length)
            case 4:
                other = SEEDS[chance.randrange(len(SEEDS))]
                begin = chance.randrange(len(other))
                data[at : at + length] = other[begin : begin + 80]
            case _:
                del data[max(16, at) :]
    return bytes(data)


def _read(data: bytes) -> None:
    message = parse(data)
    if isinstance(message, Request):
        check_request(message)
        _ = message.vias, message.from_, message.to, message.call_id, message.cseq, message.uri
    else:
        check_response(message)
    again = parse(message.encode())
    assert type(again) is type(message)


def test_mutated_messages_raise_nothing_but_the_documented_errors() -> None:
    for number in range(MESSAGES):
        data = mutated(number)
        try:
            _read(data)
        except RemoteError as error:
            assert 400 <= error.status <= 699, number
        except Exception as error:
            raise AssertionError(f"message {number}: {data!r}") from error
        if number % HOUSE_EVERY == 0:
            mask(data)


def test_mutated_messages_get_at_most_one_answer_and_leave_nothing() -> None:
    challenge = Refusal(401, "Unauthorized", (("www-authenticate", 'Digest realm="x"'),))
    house = House(gate=lambda _request, _hop: challenge, trusted=lambda _host: True)
    for number in range(0, MESSAGES, HOUSE_EVERY):
        before = len(house.wire.sent)
        house.agent.receive(mutated(number), Hop("udp", ("192.0.2.200", 5060), AGENT))
        assert len(house.wire.sent) - before <= 1, number
        for request in house.requests:
            request.respond(405)
        house.requests.clear()
        house.wire.sent.clear()
        house.clock.advance(0.1)
    house.clock.advance(60)
    counters = house.agent.counters()
    assert counters.keys().isdisjoint({"internal_errors", "owner_failed"})
    assert counters["server_transactions"] == counters["sessions"] == 0
