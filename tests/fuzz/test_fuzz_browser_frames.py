"""What the office says of browsers, and what browsers say: anything may be in it, nothing may be raised."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.ipc.browser_frames import CLOSED, MESSAGE, OPENED
from pbx.net.transport_websocket import Browsers, WebSocketTransport
from tests.unit.net.network import House

EXAMPLES = max(300, int(os.environ.get("FUZZ_SECONDS", "0")) * 200)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80) | st.binary(max_size=200),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ids = st.integers(0, 3) | values
messages = st.binary(max_size=300) | st.sampled_from(
    [
        b"\r\n\r\n",
        b"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n\r\n",
        b"SIP/2.0 200 OK\r\n\r\n",
    ]
)
payloads = st.one_of(
    values,
    st.fixed_dictionaries({"id": ids}, optional={"data": messages | values, "signed_out": st.booleans() | values}),
    st.fixed_dictionaries(
        {"id": ids, "login": st.just("ana") | values, "address": st.just("192.0.2.1") | values},
        optional={"port": st.just(5) | values, "secure": st.booleans() | values},
    ),
)


class Office:
    is_open = True
    backlog = 0

    def notify(self, name: str, payload: Any) -> None:
        assert name in {MESSAGE, CLOSED}


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([OPENED, MESSAGE, CLOSED, "x"]), payloads), max_size=20))
def test_nothing_that_comes_from_browsers_is_raised(told: list[tuple[str, Any]]) -> None:
    house, browsers, office = House(), Browsers(), Office()
    lost: list[int] = []
    signed_out: list[frozenset[int]] = []
    browsers.use(house.agent.receive, house.agent.count, lost.append, signed_out.append)
    house.agent.add_transport(WebSocketTransport("ws", browsers))
    for name, payload in told:
        browsers.told(office, name, payload)
    browsers.link_lost(office)
    assert len(browsers) == 0
    assert set().union(*signed_out) <= set(lost)
