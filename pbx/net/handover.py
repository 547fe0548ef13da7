"""A dialog as one exchange leaves it to the next: written down as JSON types, and made again from them.

What is written once holds for the dialog's life: of the numbers that rise with every request of ours, the next exchange
skips a thousand (RFC 3261 §12.2.2: a gap is no error), so that nothing is to be written when one is used. A dialog over
a stream connection is reached when its peer connects again, or at its Contact.
"""

from __future__ import annotations

from typing import Any

from pbx.net.agent import UserAgent
from pbx.net.errors import HandoverError
from pbx.net.hop import Hop
from pbx.net.session import InviteSession
from pbx.sip.cseq import MAX_SEQUENCE
from pbx.sip.dialog import Dialog
from pbx.sip.errors import RemoteError
from pbx.sip.message import Request
from pbx.sip.parse import parse
from pbx.sip.session_client import ClientSession
from pbx.sip.session_server import ServerSession
from pbx.sip.uri import parse_uri

SKIPPED = 1000


def describe(session: InviteSession) -> dict[str, Any] | None:
    """What another process needs to go on with an answered call; None while there is no dialog."""
    core, dialog, hop = session.core, session.core.dialog, session.source
    if dialog is None:
        return None
    return {
        "invite": session.request.encode().decode("latin-1"),
        "incoming": session.is_incoming,
        "contact": core.contact,
        "local_tag": core.local_tag,
        "local": dialog.local,
        "remote": dialog.remote,
        "remote_tag": dialog.remote_tag,
        "target": str(dialog.remote_target),
        "route": list(dialog.route_set),
        "local_sequence": dialog.local_sequence,
        "remote_sequence": dialog.remote_sequence,
        "allows": sorted(core.peer_allows),
        "tells_keys": core.keys.is_offered,
        "timer": list(core.timer.agreed) if core.timer.agreed is not None else None,
        "hop": [hop.transport, *hop.remote, list(hop.local) if hop.local else None, hop.symmetric, hop.name],
    }


def resume(agent: UserAgent, told: Any) -> InviteSession:
    """The session again, confirmed, as one of ``agent``'s. Raises HandoverError for what ``describe`` has not made."""
    try:
        return _resume(agent, told)
    except (KeyError, TypeError, ValueError, AttributeError, RemoteError) as error:
        raise HandoverError(f"not a dialog: {type(error).__name__}: {error}") from error


def _resume(agent: UserAgent, told: dict[str, Any]) -> InviteSession:
    transport, host, port, local, symmetric, name = told["hop"]
    hop = Hop(transport, (host, port), tuple(local) if local else None, 0, symmetric, name)
    invite = parse(told["invite"].encode("latin-1"))
    if not isinstance(invite, Request):
        raise HandoverError("not an INVITE")
    surroundings = agent.surroundings(hop, "", None)
    core: ServerSession | ClientSession
    if told["incoming"]:
        core = ServerSession(invite, told["local_tag"], surroundings, agent.clock.time())
    else:
        core = ClientSession(invite, surroundings)
    core.contact = told["contact"]
    core.keys.is_offered = told.get("tells_keys", False)
    dialog = Dialog(
        call_id=invite.call_id,
        local=told["local"],
        remote=told["remote"],
        local_tag=told["local_tag"],
        remote_tag=told["remote_tag"],
        remote_target=parse_uri(told["target"]),
        route_set=tuple(told["route"]),
        local_sequence=(told["local_sequence"] + SKIPPED) % MAX_SEQUENCE,
        remote_sequence=told["remote_sequence"],
    )
    session = InviteSession(core, agent, hop)
    agent.session_opened(session)
    session.resume(
        dialog, frozenset(method.lower() for method in told["allows"]), tuple(told["timer"]) if told["timer"] else None
    )
    return session
