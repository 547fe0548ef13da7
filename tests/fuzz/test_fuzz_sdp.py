"""Mutated SDP: only SdpError comes out, and an answer to what is read can be read again.

``FUZZ_SECONDS`` makes it longer.
"""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.sdp import PCMA, PCMU, LocalAudio, Origin, SdpError, agree, answer, parse, remote_audio

EXAMPLES = 200 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
fuzz = settings(max_examples=EXAMPLES, deadline=None, database=None)

LINES = [
    *("v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "c=IN IP6 ::1", "c=IN IP4 0.0.0.0", "t=0 0"),
    *(
        "m=audio 4000 RTP/AVP 0 8 101",
        "m=audio 4000 UDP/TLS/RTP/SAVPF 111 0",
        "m=video 5000 RTP/AVP 96",
        "m=audio 0 RTP/AVP 0",
    ),
    *("a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=rtpmap:111 opus/48000/2", "a=ptime:20", "a=sendonly"),
    *(
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789",
        "a=candidate:1 1 udp 1 192.0.2.1 1 typ host",
        "a=setup:actpass",
        "a=rtcp-mux",
    ),
    *(
        "a=fingerprint:sha-256 AA",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc",
        "a=mid:0",
        "a=group:BUNDLE 0",
        "a=rtcp:5 IN IP4 x",
    ),
]


@st.composite
def descriptions(draw):
    lines = ["v=0", *draw(st.lists(st.sampled_from(LINES), max_size=20))]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        cut = draw(st.integers(0, len(line)))
        lines[at] = line[:cut] + draw(st.text(max_size=6)) + line[cut + draw(st.integers(0, 5)) :]
    return draw(st.sampled_from(["\r\n", "\n", "\r"])).join(lines).encode("utf-8", "surrogatepass")


@fuzz
@given(descriptions() | st.binary(max_size=300))
def test_descriptions(body):
    local = LocalAudio("192.0.2.1", 10000, (PCMA, PCMU))
    try:
        audio = remote_audio(parse(body))
        written, agreed = answer(audio, local, Origin(1))
    except SdpError:
        return
    assert agreed == agree(audio, local)
    again = remote_audio(parse(written))
    assert again.port == 10000
    assert again.codecs[0].is_same_encoding(agreed.codec)
    assert len(parse(written).media) == max(1, len(audio.others))
