"""RFC 3261 §18.3, RFC 5626 §3.5.1: messages from a byte stream."""

import pytest

from pbx.sip.errors import FramingError
from pbx.sip.framing import PingReceived, StreamFraming

ONE = b"OPTIONS sip:a SIP/2.0\r\nVia: x\r\nl: 5\r\n\r\nhello"
TWO = b"SIP/2.0 200 OK\r\nContent-Length :  0\r\n\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_messages_come_whole_however_they_are_cut(size):
    framing, found = StreamFraming(), []
    stream = ONE + TWO + b"\r\n" + ONE
    for start in range(0, len(stream), size):
        found += framing.feed(stream[start : start + size])
    assert found == [ONE, TWO, ONE]
    assert framing.buffered == 0


def test_a_ping_is_told_and_a_pong_is_not():
    framing = StreamFraming()
    (ping,) = framing.feed(b"\r\n\r\n")
    assert isinstance(ping, PingReceived)
    assert framing.feed(b"\r\n" + TWO) == [TWO]


@pytest.mark.parametrize(
    "data",
    [
        b"OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nl: 5\r\nContent-Length: 6\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 70000\r\n\r\n",
        b"x" * 40_000,
        b"\n\n\n\n",
        b"\rx",
    ],
)
def test_a_stream_that_cannot_be_cut_any_more(data):
    with pytest.raises(FramingError):
        StreamFraming().feed(data)
