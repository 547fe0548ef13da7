"""The audio of a session description, and nothing more (RFC 8866, RFC 3264)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.kit.errors import MessageError

STATIC = {0: "PCMU", 8: "PCMA"}
PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8}
OPPOSITE = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
TELEPHONE_EVENT = 101


@dataclass(frozen=True)
class Audio:
    """What one side says about its sound. ``codecs``: payload type and name, in its order of preference."""

    address: str
    port: int
    codecs: tuple[tuple[int, str], ...]
    telephone_event: int | None
    direction: str
    version: int = 0

    def chosen(self, ours: tuple[str, ...]) -> tuple[int, str]:
        """The first codec of this side that we speak. Raises MessageError."""
        for number, name in self.codecs:
            if name in ours:
                return number, name
        raise MessageError(f"no common codec: {self.codecs} and {ours}")


def parse(body: bytes) -> Audio:
    """The first audio stream. Raises MessageError."""
    text = body.decode("utf-8", "replace")
    media = re.search(r"^m=audio (\d+) \S+ ([\d ]+)", text, re.MULTILINE)
    if media is None:
        raise MessageError(f"no audio in {text!r}")
    section = text[media.start() :]
    connection = re.search(r"^c=IN IP[46] (\S+)", section, re.MULTILINE) or re.search(
        r"^c=IN IP[46] (\S+)", text, re.MULTILINE
    )
    if connection is None:
        raise MessageError("no connection line")
    names = dict(STATIC)
    for number, name in re.findall(r"^a=rtpmap:(\d+) ([\w.-]+)/", section, re.MULTILINE):
        names[int(number)] = name.upper()
    numbers = [int(number) for number in media.group(2).split()]
    direction = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", section, re.MULTILINE)
    version = re.search(r"^o=\S+ \S+ (\d+)", text, re.MULTILINE)
    events = [number for number in numbers if names.get(number) == "TELEPHONE-EVENT"]
    return Audio(
        address=connection.group(1),
        port=int(media.group(1)),
        codecs=tuple((number, names[number]) for number in numbers if names.get(number, "") in PAYLOAD_TYPES),
        telephone_event=events[0] if events else None,
        direction=direction.group(1) if direction else "sendrecv",
        version=int(version.group(1)) if version else 0,
    )


@dataclass(frozen=True)
class Ours:
    """What we say about our sound: ``codecs`` by name in our order; telephone-event has the number given.

    ``crypto``: SRTP with these keys (the value of a=crypto, RFC 4568).
    """

    address: str
    port: int
    codecs: tuple[str, ...]
    direction: str
    telephone_event: int = TELEPHONE_EVENT
    crypto: str = ""


def build(ours: Ours, session: int, version: int) -> bytes:
    """Our description: 20 ms packets, events 0-16."""
    family = "IP6" if ":" in ours.address else "IP4"
    profile = "RTP/SAVP" if ours.crypto else "RTP/AVP"
    numbers = [PAYLOAD_TYPES[name] for name in ours.codecs]
    lines = [
        "v=0",
        f"o=kit {session} {version} IN {family} {ours.address}",
        "s=-",
        f"c=IN {family} {ours.address}",
        "t=0 0",
        f"m=audio {ours.port} {profile} {' '.join(map(str, [*numbers, ours.telephone_event]))}",
        *(f"a=rtpmap:{PAYLOAD_TYPES[name]} {name}/8000" for name in ours.codecs),
        f"a=rtpmap:{ours.telephone_event} telephone-event/8000",
        f"a=fmtp:{ours.telephone_event} 0-16",
        "a=ptime:20",
        f"a={ours.direction}",
        *([f"a=crypto:{ours.crypto}"] if ours.crypto else []),
    ]
    return ("\r\n".join(lines) + "\r\n").encode()
