"""A browser's page goes on with the call of the page before it: the new dialog is told what the old one was."""

from __future__ import annotations

from pbx.calls.errors import WrongStateError
from pbx.calls.sound import Sound
from pbx.net.session import InviteSession
from pbx.sip.errors import WrongStateError as SipWrongStateError
from pbx.sip.session_events import SessionEvent

REQUEST_TERMINATED = 487


def answer_again(
    session: InviteSession, offered: bytes, sound: Sound, *, is_up: bool, early: bytes | None
) -> bytes | None:
    """Bring ``session`` to where its predecessor is: answered, or ringing, with sound if ``early`` was said there.

    The early description from now on. Raises WrongStateError when the new page has gone too, NoCommonCodecError.
    """
    try:
        if is_up:
            session.accept(sound.answer(offered))
        elif early is not None:
            early = sound.answer(offered)
            session.ring(183, sdp=early)
        else:
            session.ring()
    except SipWrongStateError as error:
        raise WrongStateError(str(error)) from None
    return early


def let_go(session: InviteSession) -> None:
    """End a dialog that another has taken the place of."""
    session.sink = _unheard
    session.hang_up(status=REQUEST_TERMINATED)


def _unheard(event: SessionEvent) -> None:
    """Sink of a dialog that another has taken the place of."""
