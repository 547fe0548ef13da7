"""RFC 5626 §4.4.2: a phone asks by STUN whether its way is still there. aioice reads what we say."""

import asyncio
import socket

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from pbx.net.agent import UserAgent
from pbx.net.stun_keepalive import answer, is_stun


def binding():
    return stun.Message(stun.Method.BINDING, stun.Class.REQUEST)


@pytest.mark.parametrize("source", [("192.0.2.1", 5062), ("2001:db8::9", 65535)])
def test_the_sender_is_told_where_it_is_seen_from(source):
    request = binding()
    data = bytes(request)
    assert is_stun(data)
    response = stun.parse_message(answer(data, source))
    assert response.message_class is stun.Class.RESPONSE
    assert response.transaction_id == request.transaction_id
    assert response.attributes["XOR-MAPPED-ADDRESS"] == source


@pytest.mark.parametrize("data", [b"OPTIONS sip:a@b SIP/2.0\r\n", b"\r\n\r\n", b"\0" * 40, b""])
def test_sip_and_keep_alives_of_other_kinds_are_no_stun(data):
    assert not is_stun(data)


@given(st.binary(max_size=600))
def test_whatever_else_comes_gets_no_answer(rest):
    data = bytes(binding())[:8] + rest
    if is_stun(data):
        response = answer(data, ("192.0.2.1", 5062))
        assert response is None or len(response) == 32


def test_an_indication_and_a_wrong_length_get_no_answer():
    data = bytes(stun.Message(stun.Method.BINDING, stun.Class.INDICATION))
    assert answer(data, ("192.0.2.1", 5062)) is None
    assert answer(bytes(binding()) + b"\0\0\0\0", ("192.0.2.1", 5062)) is None


async def test_on_the_sip_port():
    agent = UserAgent(bind="127.0.0.1", port=0, on_invite=print, on_request=print)
    await agent.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(5)
        phone.bind(("127.0.0.1", 0))
        phone.sendto(bytes(binding()), ("127.0.0.1", agent.port))
        data = await asyncio.to_thread(phone.recv, 600)
        assert stun.parse_message(data).attributes["XOR-MAPPED-ADDRESS"] == phone.getsockname()
    assert agent.counters()["keepalives"] == 1
    await agent.stop()
