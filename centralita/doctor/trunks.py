"""Every trunk: does its name exist, does it answer, and what did the way there do to our message?

The answer to an OPTIONS carries our own Via back. Where it is not as we wrote it, something on the way rewrites SIP (an
application-layer gateway of a router), and breaks it; and its ``received`` is the address that the world sees.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from centralita.doctor.finding import Finding, fault, good, warning
from config.company import Trunk
from config.settings import Settings
from pbx.net.errors import ResolveError
from pbx.net.hop import Hop
from pbx.net.resolve import Locator
from pbx.sip.errors import RemoteError
from pbx.sip.message import Request, Response
from pbx.sip.parse import parse
from pbx.sip.uri import Uri

WAIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status line, the Via that we sent and the one that was returned."""

    status: str
    sent_by: str
    returned_by: str
    received: str | None


async def look_at(trunk: Trunk, settings: Settings, locator: Locator | None = None) -> list[Finding]:
    """Everything that can be told of one trunk from here."""
    name = f"trunk {trunk.name}"
    uri = Uri("sip", "", trunk.host, trunk.port or None, (("transport", trunk.transport),))
    try:
        hop = (await (locator or Locator()).locate(uri))[0]
    except (ResolveError, IndexError):
        return [fault(f"{name}: DNS knows no {trunk.host}; check the name, and the resolver in /etc/resolv.conf")]
    if trunk.transport != "udp":
        return [await _connects(name, hop)]
    answer = await ask(hop)
    if answer is None:
        return [
            warning(
                f"{name}: {hop} does not answer OPTIONS; outgoing calls fail until it does: check address and port, "
                "and that a firewall lets UDP out and back in"
            )
        ]
    found = [good(f"{name}: {hop} answers: {answer.status}")]
    found += _rewritten(name, answer)
    found += _seen_from_outside(name, answer, settings)
    return found


def trunks(settings: Settings, all_: tuple[Trunk, ...]) -> Iterator[Finding]:
    """Every trunk of the company, all at the same time."""

    async def look() -> list[list[Finding]]:
        return await asyncio.gather(*(look_at(trunk, settings) for trunk in all_))

    for found in asyncio.run(look()):
        yield from found


def _rewritten(name: str, answer: Answer) -> Iterator[Finding]:
    if answer.returned_by != answer.sent_by:
        yield fault(
            f"{name}: on the way there our Via {answer.sent_by} became {answer.returned_by}: a router rewrites SIP; "
            "turn off SIP ALG (SIP helper, SIP passthrough) in it, or use TLS"
        )


def _seen_from_outside(name: str, answer: Answer, settings: Settings) -> Iterator[Finding]:
    if answer.received is None or not settings.public_address or answer.received == settings.public_address:
        return
    try:
        seen = ip_address(answer.received)
    except ValueError:
        return
    if seen.is_global:
        yield fault(
            f"{name}: it sees us at {seen}, and we announce {settings.public_address}: sound will go elsewhere; set "
            f"CENTRALITA_PUBLIC_ADDRESS={seen}"
        )


async def _connects(name: str, hop: Hop) -> Finding:
    try:
        async with asyncio.timeout(WAIT_S):
            _, writer = await asyncio.open_connection(*hop.remote)
    except (OSError, TimeoutError) as error:
        what = str(error) or "no answer"
        return warning(f"{name}: no connection to {hop}: {what}; check the port, and the firewall on the way")
    writer.close()
    return good(f"{name}: {hop} takes connections")


async def ask(hop: Hop) -> Answer | None:
    """One OPTIONS (RFC 3261 §11), and its answer within 2 s."""
    loop = asyncio.get_running_loop()
    came: asyncio.Future[Response] = loop.create_future()
    branch = f"z9hG4bK{secrets.token_hex(8)}"

    class Probe(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _: object) -> None:
            try:
                message = parse(data)
                if isinstance(message, Response) and message.via.branch == branch and not came.done():
                    came.set_result(message)
            except RemoteError:
                return

    try:
        transport, _ = await loop.create_datagram_endpoint(Probe, remote_addr=hop.remote)
    except OSError:
        return None
    host, port = transport.get_extra_info("sockname")[:2]
    sent_by = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = Request("OPTIONS", Uri("sip", "", *hop.remote))
    options.headers.add("Via", f"SIP/2.0/UDP {sent_by};branch={branch};rport")
    options.headers.extend(
        (
            ("Max-Forwards", "1"),
            ("From", f"<sip:doctor@{sent_by}>;tag={secrets.token_hex(4)}"),
            ("To", f"<{options.uri_text}>"),
            ("Call-ID", secrets.token_hex(16)),
            ("CSeq", "1 OPTIONS"),
        )
    )
    transport.sendto(options.encode())
    try:
        async with asyncio.timeout(WAIT_S):
            response = await came
    except TimeoutError:
        return None
    finally:
        transport.close()
    via = response.via
    return Answer(f"{response.status} {response.reason}", sent_by, via.sent_by, via.parameter("received") or None)
