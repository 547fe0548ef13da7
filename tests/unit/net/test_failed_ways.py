"""What cannot arrive, over real loopback sockets: ports where nobody listens, connections that are gone."""

import asyncio
import socket
import time
from types import SimpleNamespace

import pytest

from pbx.net.agent import UserAgent
from pbx.net.errors import RequestTimeoutError
from pbx.net.hop import Hop
from pbx.net.next_hop import next_hop
from pbx.sip.name_address import NameAddress
from pbx.sip.session_events import Answered, Failed
from pbx.sip.uri import Uri, parse_uri
from tests.unit.net.network import SDP
from tests.unit.net.test_sockets import Told, call, options_bytes

HOST = "127.0.0.1"
needs_error_queue = pytest.mark.skipif(not hasattr(socket, "MSG_ERRQUEUE"), reason="only Linux tells of lost datagrams")


@pytest.fixture
async def agent():
    agent = UserAgent(bind=HOST, port=0, on_invite=print, on_request=lambda request: request.respond(200))
    await agent.start()
    yield agent
    await agent.stop()


@pytest.fixture
async def other():
    told = Told()

    def on_invite(session):
        session.sink = told
        told.sessions = [session]
        session.accept(SDP)

    agent = UserAgent(bind=HOST, port=0, on_invite=on_invite, on_request=lambda request: request.respond(200))
    agent.told = told
    await agent.start()
    yield agent
    await agent.stop()


@pytest.fixture
def closed_port():
    """A UDP port where nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        return taken.getsockname()[1]


def options(agent, port, transport="udp"):
    uri = Uri("sip", "", HOST, port)
    hop = Hop(transport, (HOST, port))
    return agent.request("OPTIONS", uri, hop, from_=NameAddress(uri), to=NameAddress(uri))


@needs_error_queue
async def test_a_phone_that_is_switched_off_fails_the_call_at_once(agent, closed_port):
    told = Told()
    target = Uri("sip", "101", HOST, closed_port)
    agent.invite(
        target,
        Hop("udp", (HOST, closed_port)),
        from_=NameAddress(Uri("sip", "100", HOST)),
        to=NameAddress(target),
        sdp=SDP,
        sink=told,
    )
    failed = await told.next()
    assert isinstance(failed, Failed)
    assert failed.status == 503
    assert agent.counters()["unreachable"] == 1


@needs_error_queue
async def test_one_that_is_switched_off_does_not_cost_another_its_messages(agent, other, closed_port):
    for _ in range(20):
        lost = asyncio.create_task(options(agent, closed_port))
        await asyncio.sleep(0)
        assert (await options(agent, other.port)).status == 200
        with pytest.raises(RequestTimeoutError, match="could not be sent"):
            await lost
    assert agent.counters()["unreachable"] == 20
    began = time.process_time()
    await asyncio.sleep(0.4)
    assert time.process_time() - began < 0.2  # the loop is not woken for ever by errors that nobody reads


@needs_error_queue
async def test_icmp_for_something_else_fails_nothing(agent):
    waiting = asyncio.create_task(options(agent, agent.port + 0))
    agent._undelivered(b"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKguess;rport\r\n")
    agent._undelivered(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKguess;rport\r\n")
    agent._undelivered(b"\xff" * 100)
    assert "unreachable" not in agent.counters()
    waiting.cancel()


async def test_a_response_whose_connection_is_gone_goes_where_the_via_listens(agent):
    requests = []
    agent.on_request = requests.append
    heard = asyncio.get_running_loop().create_future()

    async def listen(reader, writer):
        heard.set_result(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    listener = await asyncio.start_server(listen, HOST, 0)
    port = listener.sockets[0].getsockname()[1]
    _, writer = await asyncio.open_connection(HOST, agent.port)
    writer.write(options_bytes("one").replace(f"{HOST}:9".encode(), f"{HOST}:{port}".encode()))
    async with asyncio.timeout(30):
        while not requests:
            await asyncio.sleep(0.01)
    writer.close()
    await writer.wait_closed()
    async with asyncio.timeout(30):
        while agent._transports["tcp"].open_connections:
            await asyncio.sleep(0.01)
    requests[0].respond(200)
    assert (await asyncio.wait_for(heard, 5)).startswith(b"SIP/2.0 200 OK")
    listener.close()


async def test_a_bye_whose_connection_is_gone_goes_to_the_contact(agent, other):
    told = Told()
    session = call(agent, other, "tcp", told)
    assert isinstance(await told.next(), Answered)
    await other.told.next()
    # the callee's way back was the caller's connection; it is cut
    for connection in list(other._transports["tcp"]._connections.values()):
        connection.close()
    async with asyncio.timeout(30):
        while agent._transports["tcp"].open_connections:
            await asyncio.sleep(0.01)
    other.told.sessions[0].hang_up()
    await told.next()
    assert session.core.is_over


@pytest.fixture
async def silent():
    """A TCP server that takes what comes and answers nothing; its connections, as they come."""
    taken = asyncio.Queue()
    server = await asyncio.start_server(lambda reader, writer: taken.put_nowait((reader, writer)), HOST, 0)
    yield server.sockets[0].getsockname()[1], taken
    server.close()
    while not taken.empty():
        taken.get_nowait()[1].close()


async def test_a_connection_that_dies_under_a_request_fails_it_at_once(agent, silent):
    """§18.4: not after the 32 s of timer F."""
    port, taken = silent
    waiting = asyncio.create_task(options(agent, port, "tcp"))
    reader, writer = await asyncio.wait_for(taken.get(), 5)
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    assert not waiting.done()
    writer.transport.abort()
    with pytest.raises(RequestTimeoutError, match="could not be sent"):
        await asyncio.wait_for(waiting, 5)
    assert agent.transactions.open_clients == 0


async def test_a_connection_that_dies_under_a_call_fails_it_unless_it_rings(agent, silent):
    port, taken = silent
    for rings in (False, True):
        told = Told()
        call(agent, SimpleNamespace(port=port), "tcp", told)
        reader, writer = await asyncio.wait_for(taken.get(), 5)
        invite = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        if rings:
            kept = [
                line for line in invite.split(b"\r\n") if line.split(b":")[0] in {b"Via", b"From", b"Call-ID", b"CSeq"}
            ]
            kept.append(b"To: <sip:peer@127.0.0.1>;tag=x")
            writer.write(b"\r\n".join([b"SIP/2.0 180 Ringing", *kept, b"Content-Length: 0", b"", b""]))
            assert (await told.next()).status == 180
        writer.close()
        if not rings:
            event = await told.next()
            assert isinstance(event, Failed)
            assert event.status == 503
    async with asyncio.timeout(30):
        while agent._transports["tcp"].open_connections:
            await asyncio.sleep(0.01)
    assert told.queue.empty()
    assert agent.transactions.open_clients == 1


@pytest.mark.parametrize(
    ("contact", "flow", "expected"),
    [
        ("sip:a@10.0.0.9:5070;transport=tcp", Hop("tcp", ("10.0.0.9", 40000), None, 7), ("10.0.0.9", 5070)),
        ("sips:a@10.0.0.9", Hop("tls", ("10.0.0.9", 40000), None, 7), ("10.0.0.9", 5061)),
        ("sip:a@10.0.0.9;transport=tls", Hop("tls", ("10.0.0.9", 40000), None, 7), ("10.0.0.9", 5061)),
        ("sip:a@10.0.0.9:5070", Hop("tcp", ("10.0.0.9", 40000), None, 7), ("10.0.0.9", 40000)),  # it says UDP
        ("sip:a@10.0.0.9:5070;transport=tcp", Hop("tcp", ("10.0.0.9", 40000), None, 7, True), ("10.0.0.9", 40000)),
        ("sip:a@x.invalid;transport=ws", Hop("ws", ("10.0.0.9", 40000), None, 7), ("10.0.0.9", 40000)),
        ("sip:a@10.0.0.1:5060;transport=tcp;gr=urn:x:1", Hop("tcp", ("10.0.0.9", 40000), None, 7), ("10.0.0.9", 40000)),
        ("sip:a@10.0.0.1;gr=urn:x:1", Hop("udp", ("10.0.0.9", 40000)), ("10.0.0.9", 40000)),
        ("sips:a@10.0.0.9", Hop("udp", ("10.0.0.9", 40000)), ("10.0.0.9", 40000)),
    ],
)
def test_where_a_request_in_a_dialog_goes_over_a_connection(contact, flow, expected):
    hop = next_hop(parse_uri(contact), flow)
    assert hop.remote == expected
    assert (hop.transport, hop.connection) == (flow.transport, flow.connection)
