"""Two user agents over real loopback sockets: UDP, TCP, framing, ports that are taken."""

import asyncio
import socket

import pytest

from pbx.net.agent import UserAgent
from pbx.net.errors import AddressInUseError, RequestTimeoutError, ResolveError
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.resolve import resolve
from pbx.sip.name_address import NameAddress
from pbx.sip.session_events import Acknowledged, Answered, Ended, Provisional
from pbx.sip.uri import Uri, parse_uri
from tests.unit.net.network import SDP

HOST = "127.0.0.1"


class Told:
    """Events of a session, to be awaited."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue = asyncio.Queue()

    def __call__(self, event) -> None:
        self.queue.put_nowait(event)

    async def next(self):
        return await asyncio.wait_for(self.queue.get(), 5)


@pytest.fixture
async def agents():
    made = []

    async def make(**options):
        told, calls = Told(), []

        def on_invite(session):
            session.sink = told
            calls.append(session)
            session.ring()
            session.accept(SDP)

        options = {"on_invite": on_invite, "on_request": lambda request: request.respond(200)} | options
        agent = UserAgent(bind=HOST, port=0, **options)
        await agent.start()
        agent.told, agent.calls = told, calls
        made.append(agent)
        return agent

    yield make
    for agent in made:
        await agent.stop()


def call(agent, to, transport, told):
    target = Uri("sip", "101", HOST, to.port)
    return agent.invite(
        target,
        Hop(transport, (HOST, to.port)),
        from_=NameAddress(Uri("sip", "100", HOST)),
        to=NameAddress(target),
        sdp=SDP,
        sink=told,
    )


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("who", ["caller", "callee"])
async def test_a_call_from_end_to_end(agents, transport, who):
    ours, theirs = await agents(), await agents()
    told = Told()
    session = call(ours, theirs, transport, told)
    assert isinstance(await told.next(), Provisional)
    assert isinstance(await told.next(), Answered)
    assert isinstance(await theirs.told.next(), Acknowledged)
    (session if who == "caller" else theirs.calls[0]).hang_up()
    first, second = await told.next(), await theirs.told.next()
    assert isinstance(first, Ended)
    assert isinstance(second, Ended)
    assert {first.by_peer, second.by_peer} == {True, False}
    assert theirs.calls[0].source.transport == transport


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_ipv6(transport):
    seen = []
    try:
        ours = UserAgent(bind="::1", port=0, on_invite=print, on_request=print)
        await ours.start()
    except AddressInUseError as error:
        pytest.skip(str(error))
    theirs = UserAgent(bind="::1", port=0, on_invite=print, on_request=lambda r: (seen.append(r), r.respond(200)))
    await theirs.start()
    uri = Uri("sip", "", "::1", theirs.port)
    response = await ours.request(
        "OPTIONS", uri, Hop(transport, ("::1", theirs.port)), from_=NameAddress(uri), to=NameAddress(uri)
    )
    assert response.status == 200
    assert seen[0].request.via.host == "::1"
    assert str(theirs.contact(seen[0].source, "x")).startswith(f"sip:x@[::1]:{theirs.port}")
    await ours.stop()
    await theirs.stop()


async def test_a_long_request_leaves_udp_for_tcp_and_comes_back_to_it_where_nobody_listens(agents):
    """RFC 3261 §18.1.1, between real sockets."""
    seen = []
    ours, theirs = await agents(), await agents(on_request=lambda one: (seen.append(one), one.respond(200)))
    uri = Uri("sip", "100", HOST)
    body = {"body": b"x" * 1400, "content_type": "text/plain"}
    asked = {"from_": NameAddress(uri), "to": NameAddress(uri), **body}
    assert (await ours.request("OPTIONS", uri, Hop("udp", (HOST, theirs.port)), **asked)).status == 200
    assert seen[-1].source.transport == "tcp"
    await theirs._transports["tcp"].stop()
    while ours._transports["tcp"].open_connections:
        await asyncio.sleep(0)
    assert (await ours.request("OPTIONS", uri, Hop("udp", (HOST, theirs.port)), **asked)).status == 200
    assert seen[-1].source.transport == "udp"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_both_families_at_once(transport):
    """Each peer is told an address of its own family (RFC 3261 §18.1.1, RFC 6157 §3)."""
    seen = []
    try:
        theirs = UserAgent(
            bind=HOST, bind_v6="::1", port=0, on_invite=print, on_request=lambda r: (seen.append(r), r.respond(200))
        )
        await theirs.start()
    except AddressInUseError as error:
        pytest.skip(str(error))
    for host in (HOST, "::1"):
        ours = UserAgent(bind=host, port=0, on_invite=print, on_request=print)
        await ours.start()
        uri = Uri("sip", "", host, theirs.port)
        hop = Hop(transport, (host, theirs.port))
        response = await ours.request("OPTIONS", uri, hop, from_=NameAddress(uri), to=NameAddress(uri))
        assert response.status == 200
        assert theirs.contact(seen[-1].source).host == host
        back = Hop(transport, (host, ours.port))
        mine = asyncio.create_task(theirs.request("OPTIONS", uri, back, from_=NameAddress(uri), to=NameAddress(uri)))
        asked = asyncio.get_running_loop().create_future()
        ours.on_request = asked.set_result
        incoming = await asyncio.wait_for(asked, 5)
        assert (incoming.request.via.host, incoming.source.host) == (host, host)
        incoming.respond(200)
        assert (await mine).status == 200
        await ours.stop()
    await theirs.stop()


async def test_requests_reuse_one_connection(agents):
    ours, theirs = await agents(), await agents()
    for _ in range(3):
        response = await ours.request(
            "OPTIONS",
            Uri("sip", "", HOST, theirs.port),
            Hop("tcp", (HOST, theirs.port)),
            from_=NameAddress(Uri("sip", "100", HOST)),
            to=NameAddress(Uri("sip", "", HOST)),
        )
        assert response.status == 200
    assert theirs._transports["tcp"].open_connections == 1


async def test_a_connection_that_is_refused_fails_the_request(agents):
    ours = await agents()
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        with pytest.raises(RequestTimeoutError, match="could not be sent"):
            await ours.request(
                "OPTIONS",
                parse_uri("sip:127.0.0.1"),
                Hop("tcp", (HOST, taken.getsockname()[1])),
                from_=NameAddress(parse_uri("sip:a@b")),
                to=NameAddress(parse_uri("sip:a@b")),
            )


async def test_a_port_in_use_is_one_clear_line(agents):
    first = await agents()
    second = UserAgent(bind=HOST, port=first.port, on_invite=print, on_request=print)
    with pytest.raises(AddressInUseError, match=rf"UDP 127\.0\.0\.1:{first.port}: another program uses it"):
        await second.start()


async def test_a_tcp_port_in_use_is_one_clear_line():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        agent = UserAgent(bind=HOST, port=port, on_invite=print, on_request=print)
        with pytest.raises(AddressInUseError, match="TCP"):
            await agent.start()
        # nothing of it stays behind
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind((HOST, port))


def options_bytes(number):
    return (
        f"OPTIONS sip:100@{HOST} SIP/2.0\r\nVia: SIP/2.0/TCP {HOST}:9;branch=z9hG4bK{number};rport\r\n"
        f"From: <sip:a@{HOST}>;tag=1\r\nTo: <sip:b@{HOST}>\r\nCall-ID: {number}\r\nCSeq: 1 OPTIONS\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


async def test_tcp_takes_messages_in_pieces_and_several_at_once_and_answers_pings(agents):
    agent = await agents()
    reader, writer = await asyncio.open_connection(HOST, agent.port)
    data = options_bytes("one") + options_bytes("two")
    writer.write(b"\r\n\r\n" + data[:30])
    assert await reader.readexactly(2) == b"\r\n"
    writer.write(data[30:])
    for _ in range(2):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200 OK")
    writer.close()


@pytest.mark.parametrize(
    "garbage", [b"\x00" * 40_000, b"OPTIONS sip:a SIP/2.0\r\n\r\n", b"OPTIONS\r\nContent-Length: 99999999\r\n\r\n"]
)
async def test_a_stream_of_garbage_is_closed(agents, garbage):
    agent = await agents()
    reader, writer = await asyncio.open_connection(HOST, agent.port)
    writer.write(garbage)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    assert agent.counters()["framing_errors"] == 1
    writer.close()


async def test_connections_of_one_source_are_bounded(agents):
    agent = await agents(limits=Limits(connections_per_source=2, exempt=frozenset()))
    kept = [await asyncio.open_connection(HOST, agent.port) for _ in range(2)]
    reader, writer = await asyncio.open_connection(HOST, agent.port)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    kept[0][1].write(options_bytes("still"))
    assert (await kept[0][0].readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200 OK")
    for _, open_writer in (*kept, (reader, writer)):
        open_writer.close()


async def test_a_phone_on_tcp_is_called_over_its_own_connection(agents):
    phone, agent = await agents(), await agents()
    sources = []

    def take(request):
        sources.append(request.source)
        request.respond(200)

    agent.on_request = take
    registrar = Uri("sip", "", HOST, agent.port)
    await phone.request(
        "REGISTER",
        registrar,
        Hop("tcp", (HOST, agent.port)),
        from_=NameAddress(Uri("sip", "101", HOST)),
        to=NameAddress(Uri("sip", "101", HOST)),
        headers=[("Contact", f"<{phone.contact(Hop('tcp', (HOST, agent.port)), '101')}>")],
    )
    told = Told()
    session = agent.invite(
        Uri("sip", "101", HOST, phone.port),
        sources[0],
        from_=NameAddress(Uri("sip", "100", HOST)),
        to=NameAddress(Uri("sip", "101", HOST)),
        sdp=SDP,
        sink=told,
    )
    await told.next()
    assert isinstance(await told.next(), Answered)
    assert agent._transports["tcp"].open_connections == 1
    session.hang_up()
    await told.next()


async def test_resolving():
    assert await resolve(parse_uri("sip:carrier@192.0.2.1:5070")) == [Hop("udp", ("192.0.2.1", 5070))]
    assert await resolve(parse_uri("sip:192.0.2.1;transport=TCP")) == [Hop("tcp", ("192.0.2.1", 5060))]
    assert await resolve(parse_uri("sips:[2001:db8::1]")) == [Hop("tls", ("2001:db8::1", 5061))]
    assert Hop("udp", (HOST, 5060)) in await resolve(parse_uri("sip:localhost"))
    with pytest.raises(ResolveError):
        await resolve(parse_uri(f"sip:{'a' * 64}.example"))
    with pytest.raises(ResolveError):
        await resolve(parse_uri("tel:+34910000001"))
    with pytest.raises(ResolveError):
        await resolve(parse_uri("sip:nowhere.invalid"))


async def test_connections_that_are_silent_or_never_finish_a_message_are_closed(agents):
    agent = await agents()
    tcp = agent._transports["tcp"]
    silent = await asyncio.open_connection(HOST, agent.port)
    slow = await asyncio.open_connection(HOST, agent.port)
    slow[1].write(b"OPTIONS sip:a")
    silent[1].write(options_bytes("one"))
    await silent[0].readuntil(b"\r\n\r\n")
    later = tcp.now() + 30
    tcp.now = lambda: later
    tcp._sweep()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(slow[0].readexactly(1), 5)
    silent[1].write(options_bytes("two"))
    assert (await silent[0].readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200")
    later += agent.limits.connection_idle_s + 1
    tcp._sweep()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(silent[0].readexactly(1), 5)
    silent[1].close()
    slow[1].close()
