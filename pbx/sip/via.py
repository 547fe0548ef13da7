"""The Via header: where a response goes (RFC 3261 §18.2, §20.42; RFC 3581)."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.sip.errors import MalformedError
from pbx.sip.name_address import is_token, parse_header_parameters
from pbx.sip.uri import Parameters, split_host_port

MAGIC = "z9hG4bK"


@dataclass(frozen=True, slots=True)
class Via:
    """One Via value. ``transport`` is upper case; ``port`` None where sent-by names none."""

    transport: str
    host: str
    port: int | None = None
    parameters: Parameters = ()
    version: str = "2.0"  # kept as it came, so that even another version can be told that we don't speak it

    def parameter(self, name: str) -> str | None:
        """The value of a parameter; "" for one without a value, None when absent."""
        for key, value in self.parameters:
            if key == name:
                return value or ""
        return None

    @property
    def branch(self) -> str:
        return self.parameter("branch") or ""

    @property
    def sent_by(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host.lower() if self.port is None else f"{host.lower()}:{self.port}"

    def received_from(self, address: str, port: int) -> Via:
        """With ``received`` and, where it was asked for, ``rport`` filled in (§18.2.1, RFC 3581 §4)."""
        parameters = [pair for pair in self.parameters if pair[0] not in {"received", "rport"}]
        wants_port = self.parameter("rport") is not None
        if wants_port or self.host != address:
            parameters.append(("received", address))
        if wants_port:
            parameters.append(("rport", str(port)))
        return Via(self.transport, self.host, self.port, tuple(parameters), self.version)

    def response_address(self) -> tuple[str, int]:
        """Where a response over an unreliable transport is sent (§18.2.2, RFC 3581 §4).

        Raises MalformedError when the parameters of the sender are not usable.
        """
        host = self.parameter("received") or self.host
        rport = self.parameter("rport")
        if rport:
            if not rport.isascii() or not rport.isdigit() or not 0 < int(rport[:6]) < 65536:
                raise MalformedError("not a port in rport")
            return host, int(rport)
        return host, self.port or 5060

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        parameters = "".join(f";{name}" if value is None else f";{name}={value}" for name, value in self.parameters)
        return f"SIP/{self.version}/{self.transport} {host}{port}{parameters}"


def parse_via(text: str) -> Via:
    """One Via value. Raises MalformedError."""
    head, _, parameters = text.partition(";")
    # White space may stand around the slashes (§25.1: sent-protocol, SLASH).
    if " /" in head or "/ " in head or "\t" in head:
        protocol, _, rest = (part.strip() for part in head.replace("\t", " ").partition("/"))
        version, _, rest = (part.strip() for part in rest.partition("/"))
        transport, _, sent_by = rest.partition(" ")
    else:
        sent_protocol, _, sent_by = head.strip().partition(" ")
        pieces = sent_protocol.split("/")
        if len(pieces) != 3:
            raise MalformedError("a Via without protocol, version and transport")
        protocol, version, transport = pieces
    if protocol.upper() != "SIP" or not is_token(version) or not is_token(transport):
        raise MalformedError(f"not a Via: {head[:60]!r}")
    compact = sent_by.strip()
    if " " in compact:
        compact = compact.replace(" :", ":").replace(": ", ":")
    host, port = split_host_port(compact)
    return Via(transport.upper(), host, port, parse_header_parameters(parameters) if parameters else (), version)
