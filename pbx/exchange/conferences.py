"""Conference rooms at this moment: who is in, who leads, who is muted, and whether the door is locked."""

from __future__ import annotations

from dataclasses import dataclass, field

from pbx.calls.call import Call
from pbx.exchange.room_recording import RoomRecording


@dataclass(slots=True)
class Member:
    """One caller in a room."""

    call: Call
    is_moderator: bool = False
    is_muted: bool = False

    def mute(self, on: bool) -> None:
        """Let the others hear this member, or not."""
        if on != self.is_muted and not self.call.caller_leg.is_gone:
            self.is_muted = on
            self.call.board.plane.mute(self.call.caller_leg.id, on)


@dataclass(slots=True)
class Conference:
    """A room with somebody in it."""

    room: str
    members: list[Member] = field(default_factory=list)
    is_locked: bool = False
    all_muted: bool = False
    recording: RoomRecording | None = None

    def record(self, call: Call, name: str) -> None:
        """Record all that is said from now on; ``name``: the room's, ``call``: of who asked for it."""
        if self.recording is None:
            self.recording = RoomRecording(call, self.room, name)

    def stop_recording(self) -> None:
        """End the recording, if there is one."""
        if self.recording is not None:
            self.recording.stop()
            self.recording = None

    def mute_all(self, on: bool) -> None:
        """Everybody but moderators; who comes later too."""
        self.all_muted = on
        for member in self.members:
            if not member.is_moderator:
                member.mute(on)


class Conferences:
    """The rooms of the house, by extension."""

    def __init__(self) -> None:
        self._open: dict[str, Conference] = {}

    def of(self, room: str) -> Conference | None:
        """The conference in ``room``; None when nobody is there."""
        return self._open.get(room)

    def enter(self, room: str, member: Member) -> Conference:
        """``member`` comes in."""
        conference = self._open.setdefault(room, Conference(room))
        conference.members.append(member)
        if conference.all_muted and not member.is_moderator:
            member.mute(True)
        return conference

    def leave(self, conference: Conference, member: Member) -> None:
        """``member`` goes; an empty room is as it was before: unlocked, unmuted."""
        conference.members.remove(member)
        if not conference.members:
            conference.stop_recording()
        if not conference.members and self._open.get(conference.room) is conference:
            del self._open[conference.room]

    def is_busy(self, room: str) -> bool:
        """Whether somebody is in the room: what its lamp shows."""
        return room in self._open
