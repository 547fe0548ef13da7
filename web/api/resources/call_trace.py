"""The SIP of a call: its messages, a ladder to look at, a capture for Wireshark."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from pbx.trace.ladder import svg, text
from pbx.trace.message import TracedMessage
from pbx.trace.pcap import pcap
from stats.clock import zone
from web.api.model import Given, Shown, ShownTime
from web.api.operation import JSON, Ask, Operation
from web.api.resources.calls import the_call
from web.api.resources.negotiation import choose

PCAP, SVG, TEXT = "application/vnd.tcpdump.pcap", "image/svg+xml", "text/plain"
BY_FORMAT = {"json": JSON, "pcap": PCAP, "svg": SVG, "text": TEXT}


class TraceAsked(Given):
    """``format`` in place of Accept, for a link or a picture."""

    format: Literal["json", "pcap", "svg", "text"] | None = None


class SipMessage(Shown):
    """One message as it went over the wire, secrets masked; ``direction`` as the exchange sees it."""

    at: ShownTime
    direction: Literal["in", "out"]
    transport: str
    local: str
    remote: str
    summary: str
    text: str


class SipTrace(Shown):
    """Oldest first. Empty when nothing is kept of the call any more: the latest calls are, until a restart."""

    items: list[SipMessage]


async def read_trace(ask: Ask) -> SipTrace | web.Response:
    call, _ = await the_call(ask)
    messages = await ask.office.exchange.trace(call.id)
    asked: TraceAsked = ask.query
    media = (
        BY_FORMAT[asked.format] if asked.format else choose(ask.request.headers.get("Accept"), (JSON, PCAP, SVG, TEXT))
    )
    if media == PCAP:
        headers = {"Content-Disposition": f'attachment; filename="{call.id}.pcap"'}
        return web.Response(body=pcap(messages), content_type=PCAP, headers=headers)
    clock = zone(ask.office.company.time_zone)
    if media == SVG:
        return web.Response(text=svg(messages, clock), content_type=SVG)
    if media == TEXT:
        return web.Response(text=text(messages, clock), content_type=TEXT)
    return SipTrace(items=[_shown(message) for message in messages])


def _shown(message: TracedMessage) -> SipMessage:
    return SipMessage(
        at=message.at,
        direction=message.direction,
        transport=message.transport,
        local=_address(message.local),
        remote=_address(message.remote),
        summary=message.summary,
        text=message.text,
    )


def _address(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


OPERATIONS = (
    Operation(
        "calls.trace",
        "GET",
        "/calls/{call_id}/trace",
        "The SIP of a call: messages, ladder or capture",
        read_trace,
        SipTrace,
        query=TraceAsked,
        media=(PCAP, SVG, TEXT),
        errors=(404, 406, 503),
    ),
)
