"""What one does to a running call: every command goes to the exchange, after a look at whose call it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select

from crm_bridge.tables import Call as CallRow
from crm_bridge.tables import CallParticipant
from pbx.refusals import NotFoundError
from web.api.errors import ConflictError, ForbiddenError
from web.api.freshness import once_logged
from web.api.model import Given, Shown
from web.api.operation import Ask, Operation
from web.api.permissions import Scope
from web.api.resources.calls import the_call

Dialled = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[+*#0-9(][0-9*# ()./\-]*$")]

NOT_CONNECTED = "you are not connected to this call"


class Nothing(Given):
    """An empty object; the body may be left out."""


class ToDial(Given):
    """``to``: a number as one would dial it."""

    to: Dialled


class ToOriginate(ToDial):
    """``device``: which of one's own devices ring."""

    device: Literal["any", "browser", "telephone"] = "any"


class Originated(Shown):
    """The call that rings my devices now."""

    id: str


class Hold(Given):
    on: bool


class Transfer(Given):
    to: Dialled
    mode: Literal["blind", "attended"] = "blind"


class Recording(Given):
    """``for_s``: a pause ends by itself after so long; left out, when the company's policy says."""

    state: Literal["on", "pause", "off"]
    for_s: Annotated[int, Field(ge=1, le=3600)] | None = None


class RecordingState(Shown):
    """``allowed``: what I may set it to now, by my part in the call and the company's policy."""

    state: Literal["on", "pause", "off"]
    allowed: list[Literal["on", "pause", "off"]]


class Supervise(Given):
    mode: Literal["listen", "whisper", "barge"]


class Conference(Given):
    """``call_id``: my second call, whose other side joins the first one."""

    call_id: Annotated[str, Field(min_length=1, max_length=64)]


class Move(Given):
    """``target``: the name of a queue, an extension, or a box."""

    kind: Literal["queue", "person", "voicemail"]
    target: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Parked(Shown):
    """Where the call waits: fetched by dialling ``*70`` and the slot."""

    slot: int


class Done(Shown):
    """The exchange has done it, or is at it."""

    call_id: str


async def originate(ask: Ask) -> Originated:
    return Originated(id=await ask.office.exchange.originate(ask.viewer.login, ask.body.to, ask.body.device))


async def _live(ask: Ask) -> CallRow:
    call, _ = await the_call(ask)
    if call.ended_at is not None:
        raise ConflictError("this call is over")
    return call


async def _is_connected(ask: Ask, call: CallRow) -> bool:
    """Whether this person talks in the call: dialled it, answered it or took it."""
    query = select(CallParticipant.part).where(
        CallParticipant.call_id == call.id,
        CallParticipant.login == ask.viewer.login,
        CallParticipant.part == "connected",
    )

    async def look() -> str | None:
        async with ask.office.database.session() as session:
            return await session.scalar(query)

    return await once_logged(ask, call.id, look) is not None


async def _acting(ask: Ask) -> tuple[CallRow, str]:
    """The call, and whose leg of it is meant: one's own, else (for who may reach all calls) its agent's."""
    call = await _live(ask)
    if await _is_connected(ask, call):
        return call, ask.viewer.login
    if ask.scope not in (Scope.ALL, Scope.DEPARTMENT):
        raise ForbiddenError(NOT_CONNECTED)
    if call.agent is None:
        raise ConflictError("nobody is connected to this call")
    if ask.logins is not None and call.agent not in ask.logins:
        raise ForbiddenError(NOT_CONNECTED)
    return call, call.agent


async def hang_up(ask: Ask) -> None:
    call = await _live(ask)
    if (
        not await _is_connected(ask, call)
        and ask.logins is not None
        and call.agent not in ask.logins - {ask.viewer.login}
    ):
        raise ForbiddenError(NOT_CONNECTED)
    await ask.office.exchange.hang_up(call.id, ask.viewer.login)


async def hold(ask: Ask) -> None:
    call, login = await _acting(ask)
    await ask.office.exchange.hold(call.id, login, ask.body.on)


async def transfer(ask: Ask) -> Done:
    call, login = await _acting(ask)
    await ask.office.exchange.transfer(call.id, login, ask.body.to, ask.body.mode)
    return Done(call_id=call.id)


async def complete_transfer(ask: Ask) -> None:
    call, _ = await _acting(ask)
    await ask.office.exchange.transfer_complete(call.id)


async def cancel_transfer(ask: Ask) -> None:
    call, _ = await _acting(ask)
    await ask.office.exchange.transfer_cancel(call.id)


async def park(ask: Ask) -> Parked:
    call, login = await _acting(ask)
    return Parked(slot=await ask.office.exchange.park(call.id, login))


async def recording(ask: Ask) -> None:
    call, _ = await _acting(ask)
    await ask.office.exchange.recording(call.id, ask.body.state, ask.viewer.login, ask.body.for_s)


async def recording_state(ask: Ask) -> RecordingState:
    """Who asks while the call ends has made no mistake: what is over is not recorded any more."""
    try:
        call, _ = await _acting(ask)
        told = await ask.office.exchange.recording_state(call.id, ask.viewer.login)
    except (ConflictError, NotFoundError):
        return RecordingState(state="off", allowed=[])
    return RecordingState.model_validate(told)


async def supervise(ask: Ask) -> Done:
    call = await _live(ask)
    await ask.office.exchange.supervise(call.id, ask.viewer.login, ask.body.mode)
    return Done(call_id=call.id)


async def conference(ask: Ask) -> Done:
    call = await _live(ask)
    if not await _is_connected(ask, call):
        raise ForbiddenError(NOT_CONNECTED)
    await ask.office.exchange.conference(call.id, ask.viewer.login, ask.body.call_id)
    return Done(call_id=call.id)


async def take_over(ask: Ask) -> Done:
    call = await _live(ask)
    await ask.office.exchange.take_over(call.id, ask.viewer.login)
    return Done(call_id=call.id)


async def move(ask: Ask) -> Done:
    call = await _live(ask)
    await ask.office.exchange.move(call.id, ask.viewer.login, ask.body.kind, ask.body.target)
    return Done(call_id=call.id)


_ERRORS = (404, 409, 503)

OPERATIONS = (
    Operation(
        "calls.originate",
        "POST",
        "/calls",
        "Click to call: rings my devices, then dials",
        originate,
        Originated,
        status=201,
        body=ToOriginate,
        errors=_ERRORS,
    ),
    Operation(
        "calls.hangup",
        "POST",
        "/calls/{call_id}/hangup",
        "End a call",
        hang_up,
        body=Nothing,
        is_body_optional=True,
        errors=_ERRORS,
    ),
    Operation("calls.hold", "POST", "/calls/{call_id}/hold", "Hold or resume", hold, body=Hold, errors=_ERRORS),
    Operation(
        "calls.transfer",
        "POST",
        "/calls/{call_id}/transfer",
        "Send the other party elsewhere",
        transfer,
        Done,
        status=202,
        body=Transfer,
        errors=_ERRORS,
    ),
    Operation(
        "calls.transfer_complete",
        "POST",
        "/calls/{call_id}/transfer/complete",
        "Connect the two of an attended transfer",
        complete_transfer,
        body=Nothing,
        is_body_optional=True,
        errors=_ERRORS,
    ),
    Operation(
        "calls.transfer_cancel",
        "POST",
        "/calls/{call_id}/transfer/cancel",
        "Go back to the first party",
        cancel_transfer,
        body=Nothing,
        is_body_optional=True,
        errors=_ERRORS,
    ),
    Operation(
        "calls.park",
        "POST",
        "/calls/{call_id}/park",
        "Park the other party",
        park,
        Parked,
        body=Nothing,
        is_body_optional=True,
        errors=_ERRORS,
    ),
    Operation(
        "calls.recording",
        "POST",
        "/calls/{call_id}/recording",
        "Switch the recording on or off, or pause it",
        recording,
        body=Recording,
        errors=_ERRORS,
    ),
    Operation(
        "calls.recording_state",
        "GET",
        "/calls/{call_id}/recording",
        "Whether the call is recorded, and what I may do to that",
        recording_state,
        RecordingState,
        errors=_ERRORS,
    ),
    Operation(
        "calls.supervise",
        "POST",
        "/calls/{call_id}/supervise",
        "Listen in, whisper or join: rings my devices",
        supervise,
        Done,
        status=202,
        body=Supervise,
        errors=_ERRORS,
    ),
    Operation(
        "calls.conference",
        "POST",
        "/calls/{call_id}/conference",
        "Bring the other side of my second call into this one",
        conference,
        Done,
        status=202,
        body=Conference,
        errors=_ERRORS,
    ),
    Operation(
        "calls.take_over",
        "POST",
        "/calls/{call_id}/take_over",
        "Talk in the place of the agent: rings my devices unless they are beside the call",
        take_over,
        Done,
        status=202,
        body=Nothing,
        is_body_optional=True,
        errors=_ERRORS,
    ),
    Operation(
        "calls.move",
        "POST",
        "/calls/{call_id}/move",
        "Send a caller who waits in a queue elsewhere",
        move,
        Done,
        status=202,
        body=Move,
        errors=_ERRORS,
    ),
)
