"""With a certificate: SIP over TLS for phones nobody here wrote, HTTPS for the page, files that are renewed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.interop.conftest import Peer, program
from tests.interop.test_baresip import MODULES, tone_file
from tests.kit import Api, Call, CallerScript, Carrier, NothingCameError, Phone, Server
from tests.kit.certificates import Authority
from tests.kit.phone import answers
from tests.kit.ports import free_ports
from tests.kit.spoken import Spoken

HOST = "127.0.0.1"
Run = Callable[..., Awaitable[Peer]]


class Encrypted:
    """A server with a certificate of an authority that only its test knows."""

    def __init__(self, directory: Path, spoken: Spoken) -> None:
        self.authority = Authority(directory / "certificates")
        files = self.authority.issue("localhost", HOST)
        (directory / "certificates" / "names").mkdir()
        self.authority.issue("second.example", file="names/second")
        self.context = ssl.create_default_context(cafile=self.authority.file)
        environment = {
            "CENTRALITA_TLS_CERT": str(files.chain),
            "CENTRALITA_TLS_KEY": str(files.key),
            "CENTRALITA_TLS_DIR": str(directory / "certificates" / "names"),
            "SSL_CERT_FILE": str(self.authority.file),  # whom this machine trusts
        }
        self.server = Server(directory, environment, spoken=spoken)
        self.port = self.server.sip[1] + 1

    async def phone(self, extension: str, **options: object) -> Phone:
        phone = await Phone.start(
            (HOST, self.port),
            extension,
            f"demo-{extension}",
            transport="tls",
            encryption=self.context,
            **options,  # type: ignore[arg-type]
        )
        await phone.register()
        return phone

    async def serial(self) -> str:
        """Of the certificate that is shown now."""
        _, writer = await asyncio.open_connection(HOST, self.port, ssl=self.context)
        serial = str(writer.get_extra_info("peercert")["serialNumber"])
        writer.close()
        return serial


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory, spoken: Spoken) -> Iterator[Encrypted]:
    encrypted = Encrypted(tmp_path_factory.mktemp("tls"), spoken)
    try:
        encrypted.server.start()
        yield encrypted
        encrypted.server.stop()
    finally:
        encrypted.server.kill()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def test_two_phones_over_tls_hear_each_other(encrypted: Encrypted, stack: AsyncExitStack) -> None:
    ana = await stack.enter_async_context(await encrypted.phone("101", behaviour=answers(700)))
    luis = await stack.enter_async_context(await encrypted.phone("102"))
    call = await luis.call("101").answered()
    call.say_tone(440)
    await CallerScript(call).hears_tone(700, within=6, seconds=0.5).run()
    await CallerScript(ana.calls[-1]).hears_tone(440, within=6, seconds=0.5).hangs_up().run()


async def test_from_tls_to_udp_and_back(encrypted: Encrypted, stack: AsyncExitStack) -> None:
    ana = await stack.enter_async_context(await encrypted.phone("101"))
    carrier = await stack.enter_async_context(await encrypted.server.carrier())
    call = carrier.place("+34910000003", "+34600111222")
    incoming = await ana.incoming()
    await incoming.answer()
    incoming.say_tone(700)
    await CallerScript(call).hears_tone(700, within=6, seconds=0.5).hangs_up().run()


@pytest.mark.parametrize("keys", ["", ";mediaenc=srtp-mand"])
async def test_baresip_over_tls(
    encrypted: Encrypted, run: Run, tmp_path: Path, stack: AsyncExitStack, keys: str
) -> None:
    """One that insists on SRTP takes the keys that we offer (RFC 4568); one that has none is rung without."""
    path = program("baresip", "baresip-core")
    modules = next((folder for folder in MODULES if Path(folder).is_dir()), MODULES[0])
    file = tone_file(tmp_path / "tone.wav", 700)
    (tmp_path / "config").write_text(
        f"poll_method epoll\nsip_listen {HOST}:{free_ports(1)}\nsip_cafile {encrypted.authority.file}\n"
        f"sip_verify_server yes\nmodule_path {modules}\naudio_source aufile,{file}\naudio_player aubridge,nobody\n"
        f"audio_alert aubridge,nobody\nrtp_ports 31000-31200\nnet_interface {HOST}\n"
        "module g711.so\nmodule aufile.so\nmodule aubridge.so\nmodule_app account.so\nmodule_app menu.so\n"
        f"{'module srtp.so' if keys else ''}\n"
    )
    (tmp_path / "accounts").write_text(
        f"<sip:102@{HOST}:{encrypted.port};transport=tls>;auth_pass=demo-102;answermode=auto;regint=120{keys}\n"
    )
    (tmp_path / "contacts").write_text("")
    peer = await run(path, "-f", str(tmp_path), "-v", cwd=tmp_path)
    await peer.printed("200 OK", 15)
    ana = await stack.enter_async_context(await encrypted.phone("101"))
    call = await ana.call("102").answered()
    await CallerScript(call).hears_tone(700, within=6, seconds=0.5).hangs_up().run()
    assert call.quality.is_continuous, call.quality


async def test_openssl_verifies_the_certificate_and_gets_an_answer(encrypted: Encrypted, tmp_path: Path) -> None:
    request = (
        f"OPTIONS sip:{HOST}:{encrypted.port};transport=tls SIP/2.0\r\n"
        f"Via: SIP/2.0/TLS {HOST}:9;branch=z9hG4bKopenssl;rport\r\nFrom: <sip:a@{HOST}>;tag=1\r\nTo: <sip:b@{HOST}>\r\n"
        "Call-ID: openssl\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    peer = await asyncio.create_subprocess_exec(
        *(program("openssl", "openssl"), "s_client", "-connect", f"{HOST}:{encrypted.port}", "-quiet"),
        *("-CAfile", str(encrypted.authority.file), "-verify_return_error", "-verify_ip", HOST),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=tmp_path,
    )
    assert peer.stdin is not None
    assert peer.stdout is not None
    try:
        peer.stdin.write(request.encode())
        output = b""
        async with asyncio.timeout(10):
            while b"SIP/2.0 200 OK" not in output:
                chunk = await peer.stdout.read(4096)
                assert chunk, output
                output += chunk
    finally:
        if peer.returncode is None:
            peer.terminate()
        await peer.wait()


async def test_the_page_the_api_and_its_events_over_https(encrypted: Encrypted) -> None:
    base = encrypted.server.base
    assert base.startswith("https:")
    connector = aiohttp.TCPConnector(ssl=encrypted.context)
    jar = aiohttp.CookieJar(unsafe=True)  # the host is an address
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as browser:
        page = await browser.get(f"{base}/")
        assert page.status == 200
        answer = await browser.post(f"{base}/api/v1/session", json={"login": "ana", "password": "demo"})
        assert answer.status in {200, 201}
        cookies = answer.headers.getall("Set-Cookie")
        assert len(cookies) == 2
        assert all("; Secure" in cookie and "SameSite=Strict" in cookie for cookie in cookies)
        assert (await browser.get(f"{base}/api/v1/session")).status == 200
        async with browser.ws_connect(f"{base}/api/v1/events", headers={"Origin": base}) as events:
            assert not events.closed


async def test_a_renewed_certificate_is_shown_without_a_restart(encrypted: Encrypted, stack: AsyncExitStack) -> None:
    ana = await stack.enter_async_context(await encrypted.phone("101"))
    before = await encrypted.serial()
    encrypted.authority.issue("localhost", HOST)
    async with asyncio.timeout(30):
        while await encrypted.serial() == before:
            await asyncio.sleep(0.5)
    _, writer = await asyncio.open_connection(HOST, encrypted.server.http_port, ssl=encrypted.context)
    writer.close()
    call = await ana.call("*43").answered()  # over the connection from before
    await call.hang_up()


def test_a_certificate_that_cannot_be_read_is_one_clear_line_and_status_2(tmp_path: Path) -> None:
    files = Authority(tmp_path).issue(HOST)
    files.key.write_text("no key")
    environment = {"CENTRALITA_TLS_CERT": str(files.chain), "CENTRALITA_TLS_KEY": str(files.key)}
    server = Server(tmp_path, environment)
    try:
        assert server.launch().wait(60) == 2
        assert str(files.chain) in server.log()
        assert "Traceback" not in server.log()
    finally:
        server.kill()


async def test_a_trunk_is_known_by_the_name_in_its_certificate(
    encrypted: Encrypted, stack: AsyncExitStack, tmp_path: Path
) -> None:
    """Mutual TLS (RFC 5922 §7.1): from any address, without a password; nobody else gets in by it."""
    signed_in = await Api.sign_in(encrypted.server.base, "admin", encryption=encrypted.context)
    admin = await stack.enter_async_context(signed_in)
    trunk = (await admin.get("/settings/trunks/carrier"))["value"]
    await admin.put("/settings/trunks/carrier", {**trunk, "known_addresses": [], "tls_name": "edge.carrier.test"})
    await stack.enter_async_context(await encrypted.phone("101", behaviour=answers(700)))

    async def calls(context: ssl.SSLContext) -> Call:
        server = (HOST, encrypted.port)
        carrier = await Carrier.start(server, "carrier", transport="tls", encryption=context)
        await stack.enter_async_context(carrier)
        return carrier.place("+34910000003", "+34600111222")

    def showing(name: str, authority: Authority) -> ssl.SSLContext:
        files = authority.issue(name, file=name)
        context = ssl.create_default_context(cafile=encrypted.authority.file)
        context.load_cert_chain(files.chain, files.key)
        return context

    call = await (await calls(showing("edge.carrier.test", encrypted.authority))).answered()
    await CallerScript(call).hears_tone(700, within=6, seconds=0.5).hangs_up().run()
    assert await (await calls(encrypted.context)).refused() == 401
    assert await (await calls(showing("other.carrier.test", encrypted.authority))).refused() == 401
    with pytest.raises((OSError, NothingCameError)):
        await (await calls(showing("edge.carrier.test", Authority(tmp_path)))).refused(3)
    await admin.put("/settings/trunks/carrier", trunk)


async def test_who_asks_for_another_name_is_shown_its_certificate(encrypted: Encrypted) -> None:
    """RFC 6066 §3, SIP and HTTPS: the handshake fails unless the certificate is for the name."""
    for port in (encrypted.port, encrypted.server.http_port):
        _, writer = await asyncio.open_connection(HOST, port, ssl=encrypted.context, server_hostname="second.example")
        writer.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(HOST, port, ssl=encrypted.context, server_hostname="third.example")
