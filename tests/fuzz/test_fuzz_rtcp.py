"""Anything may arrive on an RTCP port."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.rtp import rtcp
from pbx.rtp.errors import RtcpError

EXAMPLES = 200 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
relaxed = settings(max_examples=EXAMPLES, deadline=None)
words = st.integers(0, (1 << 32) - 1)

almost = st.lists(
    st.builds(
        lambda first, kind, words, body: bytes((first, kind)) + words.to_bytes(2, "big") + body,
        st.integers(0x80, 0xBF),
        st.integers(198, 206),
        st.integers(0, 12),
        st.binary(max_size=48),
    ),
    max_size=5,
).map(b"".join)
blocks = st.builds(
    rtcp.ReportBlock, words, st.integers(0, 255), st.integers(-(1 << 23), (1 << 23) - 1), words, words, words, words
)
compounds = st.tuples(
    st.builds(rtcp.ReceiverReport, words, st.lists(blocks, max_size=31).map(tuple))
    | st.builds(
        rtcp.SenderReport,
        words,
        st.integers(0, (1 << 64) - 1),
        words,
        words,
        words,
        st.lists(blocks, max_size=31).map(tuple),
    ),
    st.builds(rtcp.SourceDescription, words, st.text(max_size=60)),
    st.builds(rtcp.Bye, st.lists(words, max_size=31).map(tuple), st.text(max_size=60)),
)


@relaxed
@given(st.binary(max_size=1500) | almost)
def test_only_the_documented_error_comes_out(datagram: bytes) -> None:
    try:
        packets = rtcp.parse(datagram)
    except RtcpError:
        return
    assert 0 < len(packets) <= rtcp.MAX_PACKETS


@relaxed
@given(compounds)
def test_what_is_built_is_parsed(packets: tuple[rtcp.RtcpPacket, ...]) -> None:
    parsed = tuple(rtcp.parse(rtcp.build(packets)))
    assert parsed == packets
