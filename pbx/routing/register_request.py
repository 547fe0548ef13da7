"""Reading a REGISTER: which Contacts, for how long, over which flow (RFC 3261 §10.2, §10.3; RFC 3327, RFC 5626 §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pbx.net.hop import Hop
from pbx.net.next_hop import next_hop
from pbx.routing.bindings import DEFAULT_EXPIRES_S, Registration, RequestedContact
from pbx.routing.errors import RegistrationRefusedError
from pbx.sip.errors import MalformedError
from pbx.sip.message import Request
from pbx.sip.name_address import NameAddress, parse_name_address

MAX_CONTACTS = 10
MAX_CONTACT = 512
MAX_TEXT = 200
MAX_PATH = 8
SUPPORTED = "path, outbound, gruu"
_FOREVER_S = 2**32 - 1


def read_register(request: Request, source: Hop) -> Registration:
    """What ``request`` asks for. Raises RegistrationRefusedError (400, 420, 439), MalformedError (400)."""
    required = request.headers.tokens("require") - {"path", "outbound", "gruu"}
    if required:
        unsupported = tuple(("unsupported", option) for option in sorted(required))
        raise RegistrationRefusedError(420, "Bad Extension", unsupported)
    path = _path(request)
    values = request.headers.values("contact")
    header_expires = request.headers.get("expires")
    contacts: tuple[RequestedContact, ...] | None
    if "*" in values:
        if len(values) > 1 or header_expires is None or header_expires.strip() != "0":
            raise RegistrationRefusedError(400, "Bad Request")
        contacts = None
    elif len(values) > MAX_CONTACTS:
        raise RegistrationRefusedError(400, "Too Many Contacts")
    else:
        default_s = DEFAULT_EXPIRES_S if header_expires is None else _seconds(header_expires)
        contacts = tuple(_contact(address, default_s) for address in request.contacts)
    is_outbound = _is_outbound(request, path, contacts or ())
    return Registration(
        contacts=contacts if is_outbound or contacts is None else tuple(replace(one, reg_id=0) for one in contacts),
        call_id=request.call_id[:MAX_TEXT],
        cseq=request.cseq.number,
        hop=next_hop(path[0].uri, source) if path else _flow(request, source),
        user_agent=(request.headers.get("user-agent") or "")[:MAX_TEXT],
        path=tuple(str(address) for address in path),
        is_outbound=is_outbound,
        takes_gruu="gruu" in request.headers.tokens("supported") | request.headers.tokens("require"),
    )


def _path(request: Request) -> list[NameAddress]:
    """The proxies that want to be passed on the way to the device, the nearest to us first (RFC 3327 §5.3)."""
    values = request.headers.values("path")
    if len(values) > MAX_PATH or any(len(value) > MAX_CONTACT for value in values):
        raise RegistrationRefusedError(400, "Too Long A Path")
    path = [parse_name_address(value) for value in values]
    if not all(address.uri.is_sip for address in path):
        raise MalformedError("a Path of something else than SIP URIs")
    return path


def _is_outbound(request: Request, path: Sequence[NameAddress], contacts: Sequence[RequestedContact]) -> bool:
    """Whether the device keeps several flows and says which this is (RFC 5626 §6); else its reg-id means nothing.

    Raises RegistrationRefusedError 439 when a proxy that knows nothing of flows is the first on the device's way.
    """
    asks = "outbound" in request.headers.tokens("supported") | request.headers.tokens("require")
    if not asks or not any(contact.reg_id and contact.instance for contact in contacts):
        return False
    if len(request.vias) > 1 and (not path or path[-1].uri.parameter("ob") is None):
        raise RegistrationRefusedError(439, "First Hop Lacks Outbound Support")
    return True


def _contact(address: NameAddress, default_s: int) -> RequestedContact:
    uri = address.uri.without_headers()
    if not uri.is_sip or len(str(uri)) > MAX_CONTACT:
        raise RegistrationRefusedError(400, "Bad Contact")
    expires = address.parameter("expires")
    reg_id = address.parameter("reg-id") or ""
    return RequestedContact(
        uri=uri,
        expires_s=default_s if expires is None else _seconds(expires),
        q=_q(address.parameter("q")),
        instance=(address.parameter("+sip.instance") or "")[:MAX_TEXT],
        reg_id=int(reg_id) if reg_id.isascii() and reg_id.isdigit() and len(reg_id) < 10 else 0,
    )


def _seconds(text: str) -> int:
    """Delta-seconds; what is malformed counts as 3600 (§10.2.1.1, §20.19)."""
    text = text.strip()
    if not text.isascii() or not text.isdigit():
        return DEFAULT_EXPIRES_S
    return min(int(text[:12]), _FOREVER_S)


def _q(text: str | None) -> float:
    """Preference from 0 to 1 (§20.10); 1 when there is none or it is malformed."""
    try:
        q = float(text) if text else 1.0
    except ValueError:
        return 1.0
    return q if 0.0 <= q <= 1.0 else 1.0


def _flow(request: Request, source: Hop) -> Hop:
    """The way back to the phone: over the flow that its REGISTER came by, whatever its Contact says.

    ``symmetric`` when the Contact says otherwise: the phone is behind a NAT. One that asks for no rport (RFC 3581) and
    is not behind a NAT may listen elsewhere than it sends from.
    """
    contact = request.contact
    if contact is None:
        return source
    listens_at = (contact.uri.host, contact.uri.port or 5060)
    asks_for_rport = request.via.parameter("rport") is not None
    if not source.is_reliable and not asks_for_rport and contact.uri.host == source.host:
        return replace(source, remote=listens_at)
    return replace(source, symmetric=listens_at != source.remote)
