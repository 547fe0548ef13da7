"""SIP over TLS on real loopback sockets: names that are proved, connections used again, changed files, limits."""

import asyncio
import contextlib
import socket
import ssl

import pytest

from pbx.net.agent import UserAgent
from pbx.net.certificate import Certificate
from pbx.net.errors import AddressInUseError, CertificateError, RequestTimeoutError
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.transport_tls import TlsTransport
from pbx.sip.name_address import NameAddress
from pbx.sip.session_events import Answered, Ended
from pbx.sip.uri import Uri
from tests.kit.certificates import Authority, Files
from tests.unit.net.network import SDP
from tests.unit.net.test_sockets import Told, options_bytes

HOST = "127.0.0.1"


@pytest.fixture
def authority(tmp_path, monkeypatch):
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.fixture
async def agents(authority):
    made = []

    async def make(files: Files, folder=None, **options):
        told, calls, lost = Told(), [], []

        def on_invite(session):
            session.sink = told
            calls.append(session)
            session.accept(SDP)

        agent = UserAgent(
            bind=HOST, port=0, on_invite=on_invite, on_request=lambda request: request.respond(200), **options
        )
        await agent.start()
        certificate = Certificate(files.chain, files.key, folder)
        tls = TlsTransport(agent.receive, agent.count, agent.limits, agent.sources.is_trusted, certificate, lost.append)
        agent.add_transport(tls, await tls.start(HOST, 0))
        agent.tls, agent.certificate, agent.told, agent.calls, agent.lost = tls, certificate, told, calls, lost
        agent.tls_port = agent.contact(Hop("tls", (HOST, 1))).port
        made.append(agent)
        return agent

    yield make
    for agent in made:
        await agent.stop()


def options(agent, to, name=""):
    uri = Uri("sip", "", HOST, to.tls_port)
    hop = Hop("tls", (HOST, to.tls_port), name=name)
    return agent.request("OPTIONS", uri, hop, from_=NameAddress(uri), to=NameAddress(uri))


async def connect(authority, agent, name="sip.example"):
    context = ssl.create_default_context(cafile=authority.file)
    return await asyncio.open_connection(HOST, agent.tls_port, ssl=context, server_hostname=name)


async def shown(authority, agent, name="sip.example"):
    """Serial number of the certificate that the agent shows."""
    _, writer = await connect(authority, agent, name)
    serial = writer.get_extra_info("peercert")["serialNumber"]
    writer.close()
    return serial


async def test_a_call_from_end_to_end_over_one_connection_both_ways(agents, authority):
    files = authority.issue("sip.example", HOST)
    ours, theirs = await agents(files), await agents(files)
    told = Told()
    target = Uri("sips", "101", HOST, theirs.tls_port)
    session = ours.invite(
        target,
        Hop("tls", (HOST, theirs.tls_port), name="sip.example"),
        from_=NameAddress(Uri("sips", "100", HOST)),
        to=NameAddress(target),
        sdp=SDP,
        sink=told,
    )
    assert isinstance(await told.next(), Answered)
    assert str(session.remote_target) == f"sips:101@{HOST}:{theirs.tls_port}"
    assert session.request.via.transport == "TLS"
    assert session.request.contact.uri.scheme == "sips"
    theirs.calls[0].hang_up()
    assert isinstance(await told.next(), Ended)
    assert theirs.tls.open_connections == ours.tls.open_connections == 1
    assert theirs.calls[0].source.transport == "tls"


async def test_requests_reuse_a_connection_only_for_the_name_it_has_proved(agents, authority):
    ours, theirs = await agents(authority.issue(HOST)), await agents(authority.issue("a.example", "b.example", HOST))
    for name in ("a.example", "a.example", "b.example"):
        assert (await options(ours, theirs, name)).status == 200
    assert theirs.tls.open_connections == 2


async def test_a_peer_with_the_wrong_name_is_not_spoken_to(agents, authority):
    ours, theirs = await agents(authority.issue(HOST)), await agents(authority.issue("a.example"))
    with pytest.raises(RequestTimeoutError, match="could not be sent"):
        await options(ours, theirs, "b.example")
    with pytest.raises(RequestTimeoutError, match="could not be sent"):
        await options(ours, theirs)  # nor does its address prove it
    assert ours.counters()["tls_failed"] == 2
    assert theirs.counters().get("received", 0) == 0


async def test_a_peer_of_an_unknown_authority_is_not_spoken_to(agents, authority, tmp_path):
    ours = await agents(authority.issue(HOST))
    theirs = await agents(Authority(tmp_path / "stranger").issue(HOST))
    with pytest.raises(RequestTimeoutError, match="could not be sent"):
        await options(ours, theirs)


async def test_a_lost_connection_is_told_by_a_number_that_no_other_transport_has(agents, authority):
    agent = await agents(authority.issue("sip.example"))
    sources = []
    agent.on_request = lambda request: (sources.append(request.source), request.respond(200))
    for reader, writer in (await connect(authority, agent), await asyncio.open_connection(HOST, agent.port)):
        writer.write(options_bytes("one") if not sources else options_bytes("two"))
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
    async with asyncio.timeout(30):
        while not agent.lost:
            await asyncio.sleep(0.01)
    assert agent.lost == [sources[0].connection]
    assert sources[0].connection != sources[1].connection


async def test_changed_files_are_shown_from_the_next_handshake_on(agents, authority):
    agent = await agents(authority.issue("sip.example"))
    before = await shown(authority, agent)
    open_before = await connect(authority, agent)
    assert not agent.certificate.refresh()
    authority.issue("sip.example", "other.example")
    assert agent.certificate.refresh()
    assert await shown(authority, agent) != before
    assert await shown(authority, agent, "other.example") != before
    open_before[1].write(options_bytes("still"))
    assert (await open_before[0].readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200")
    open_before[1].close()


async def test_who_asks_for_another_name_is_shown_its_certificate(agents, authority):
    """RFC 6066 §3; the folder is read anew, also when a file comes or goes."""
    folder = authority.file.parent / "names"
    folder.mkdir()
    authority.issue("second.example", file="names/second")
    authority.issue("*.wild.example", file="names/wild")
    agent = await agents(authority.issue("sip.example"), folder=folder)
    default, second = await shown(authority, agent), await shown(authority, agent, "second.example")
    await shown(authority, agent, "a.wild.example")
    assert second != default
    assert await shown(authority, agent) == default
    with pytest.raises(ssl.SSLCertVerificationError):
        await shown(authority, agent, "third.example")
    authority.issue("third.example", file="names/third")
    (folder / "second.pem").unlink()
    assert agent.certificate.refresh()
    await shown(authority, agent, "third.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        await shown(authority, agent, "second.example")
    (folder / "third.key").unlink()
    with pytest.raises(CertificateError, match=r"third\.key"):
        agent.certificate.refresh()
    await shown(authority, agent, "third.example")


async def test_changed_files_that_cannot_be_used_leave_what_was_in_force(agents, authority):
    files = authority.issue("sip.example")
    agent = await agents(files)
    before = await shown(authority, agent)
    files.chain.write_text("half a file")
    with pytest.raises(CertificateError, match=r"server\.pem"):
        agent.certificate.refresh()
    assert not agent.certificate.refresh()  # said once
    assert await shown(authority, agent) == before


async def test_a_fault_is_told_and_the_look_out_goes_on(agents, authority):
    files = authority.issue("sip.example")
    agent = await agents(files)
    faults = []
    watching = asyncio.create_task(agent.certificate.watch(faults.append, every_s=0.01))
    files.key.unlink()
    async with asyncio.timeout(30):
        while not faults:
            await asyncio.sleep(0.01)
    authority.issue("new.example")
    async with asyncio.timeout(30):
        while True:
            try:
                await shown(authority, agent, "new.example")
                break
            except ssl.SSLCertVerificationError:
                await asyncio.sleep(0.01)
    assert not watching.done()
    watching.cancel()


def test_a_key_that_does_not_fit_is_one_clear_line(authority):
    one, two = authority.issue(HOST, file="one"), authority.issue(HOST, file="two")
    with pytest.raises(CertificateError, match=r"one\.pem"):
        Certificate(one.chain, two.key)
    with pytest.raises(CertificateError, match=r"nowhere\.pem"):
        Certificate(one.chain.with_name("nowhere.pem"), one.key)


async def test_unfinished_handshakes_are_bounded_and_do_not_keep_others_waiting(agents, authority):
    limits = Limits(handshakes=3)
    agent = await agents(authority.issue("sip.example"), limits=limits)
    silent = [await asyncio.open_connection(HOST, agent.tls_port) for _ in range(2)]
    reader, writer = await connect(authority, agent)
    writer.write(options_bytes("one"))
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200")
    assert agent.tls.unfinished == 2
    silent.append(await asyncio.open_connection(HOST, agent.tls_port))
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await connect(authority, agent)
    assert agent.counters()["handshakes_refused"] == 1
    writer.write(options_bytes("two"))
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200")
    for _, opened in (*silent, (reader, writer)):
        opened.close()


async def test_a_handshake_that_is_begun_and_never_finished_is_closed(agents, authority, monkeypatch):
    monkeypatch.setattr("pbx.net.tls_listener.HANDSHAKE_WITHIN", 0.2)
    agent = await agents(authority.issue("sip.example"))
    silent, trickle = [await asyncio.open_connection(HOST, agent.tls_port) for _ in range(2)]
    trickle[1].write(b"\x16\x03\x01\x02\x00\x01")  # the head of a ClientHello of 512 octets
    for reader, writer in (silent, trickle):
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(1), 5) == b""
        writer.close()
    assert agent.tls.unfinished == 0


async def test_a_source_has_its_share_of_handshakes(agents, authority):
    limits = Limits(handshake_burst=2, handshakes_per_s=0.001, exempt=frozenset())
    agent = await agents(authority.issue("sip.example"), limits=limits)
    for _ in range(2):
        await shown(authority, agent)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await connect(authority, agent)


async def test_garbage_instead_of_a_handshake_costs_a_counter(agents, authority):
    agent = await agents(authority.issue("sip.example"))
    reader, writer = await asyncio.open_connection(HOST, agent.tls_port)
    writer.write(options_bytes("plain"))
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(4000), 5)
    async with asyncio.timeout(30):
        while agent.tls.unfinished:
            await asyncio.sleep(0.01)
    assert agent.counters()["handshakes_failed"] == 1
    assert agent.tls.open_connections == 0
    writer.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_old_versions_of_tls_are_refused(agents, authority):
    agent = await agents(authority.issue("sip.example"))
    context = ssl.create_default_context(cafile=authority.file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.open_connection(HOST, agent.tls_port, ssl=context, server_hostname="sip.example")


async def test_a_port_in_use_is_one_clear_line(agents, authority):
    files = authority.issue("sip.example")
    agent = await agents(files)
    other = TlsTransport(print, print, Limits(), bool, agent.certificate)
    with pytest.raises(AddressInUseError, match=rf"TLS 127\.0\.0\.1:{agent.tls_port}: another program uses it"):
        await other.start(HOST, agent.tls_port)


async def test_stopping_ends_handshakes_under_way(agents, authority):
    agent = await agents(authority.issue("sip.example"))
    reader, writer = await asyncio.open_connection(HOST, agent.tls_port)
    async with asyncio.timeout(30):
        while not agent.tls.unfinished:
            await asyncio.sleep(0.01)
    await agent.tls.stop()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    writer.close()


async def test_few_who_say_nothing_keep_nobody_out(agents, authority):
    limits = Limits(handshakes=4, handshakes_per_source=4)
    agent = await agents(authority.issue("sip.example"), limits=limits)
    silent = []
    for _ in range(4):
        opened = socket.create_connection((HOST, agent.tls_port), source_address=("127.0.0.2", 0))
        opened.setblocking(False)
        silent.append(opened)
    async with asyncio.timeout(30):
        while agent.tls.unfinished < 4:
            await asyncio.sleep(0.01)
    reader, writer = await connect(authority, agent)
    writer.write(options_bytes("fair"))
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200")
    assert agent.counters()["handshakes_displaced"] == 1
    async with asyncio.timeout(30):
        with contextlib.suppress(ConnectionError):
            assert await asyncio.get_running_loop().sock_recv(silent[0], 1) == b""
    for opened in (*silent, writer):
        opened.close()
