"""Commands of the exchange: their fields checked, then done to the core. Whatever is wrong is a CommandError."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pbx.media import sdes
from pbx.media.core import MediaCore
from pbx.media.errors import CommandError, SrtpError
from pbx.media.fields import Fields
from pbx.media.fields import clip as _clip
from pbx.media.fields import crypto_line as _crypto_line
from pbx.media.fields import elapsed as _elapsed
from pbx.media.fields import flag as _flag
from pbx.media.fields import number as _number
from pbx.media.fields import text as _text
from pbx.media.fields import texts as _texts
from pbx.media.leg import Leg, Mode, Networks, Seat
from pbx.media.lookup import source_of
from pbx.media.messages import LocalMedia, RemoteMedia
from pbx.media.peers import check
from pbx.media.ports import advertised_of
from pbx.media.wire import plain, restore
from pbx.sdp.protection import CryptoParameters

MAX_CLIPS = 1000
MAX_DIGITS = 64
MODES: tuple[Mode, ...] = ("listen", "whisper", "barge")


class Commands:
    """``do(name, fields)`` carries out one command; ``unknown_legs`` counts those that came too late for their leg."""

    def __init__(self, core: MediaCore) -> None:
        self._core = core
        self.unknown_legs = 0
        self._of_leg: dict[str, Callable[[Leg, Fields], None]] = {
            "set_remote": self._set_remote,
            "drop_branch": self._drop_branch,
            "close_leg": self._close_leg,
            "bridge": self._bridge,
            "unbridge": self._unbridge,
            "hold": self._hold,
            "mute": self._mute,
            "echo": self._echo,
            "join_room": self._join_room,
            "leave_room": self._leave_room,
            "supervise": self._supervise,
            "play": self._play,
            "seek": self._seek,
            "stop_playing": self._stop_playing,
            "send_digits": self._send_digits,
            "record_message": self._record_message,
            "judge_answerer": self._judge_answerer,
        }
        self._others: dict[str, Callable[[Fields], Any]] = {
            "hello": self._hello,
            "figures": self._figures,
            "open_leg": self._open_leg,
            "record": self._record,
            "record_room": self._record_room,
            "pause_recording": self._pause_recording,
            "stop_recording": self._stop_recording,
        }

    def do(self, name: str, fields: object, now: float) -> Any:
        """The command's answer, None for most. Raises CommandError."""
        self._core.clock(now)
        if not isinstance(fields, dict):
            raise CommandError("fields are a mapping")
        try:
            if (action := self._of_leg.get(name)) is not None:
                leg = self._core.by_name.get(_text(fields, "leg"))
                if leg is None:
                    self.unknown_legs += 1
                    return None
                action(leg, fields)
                return None
            if (other := self._others.get(name)) is not None:
                return other(fields)
        except (ValueError, TypeError, OverflowError, SrtpError) as error:
            raise CommandError(f"{name}: {error}") from None
        raise CommandError(f"no command {name!r}", "unknown_command")

    # --- The worker ---------------------------------------------------------------------------------------------------

    def _hello(self, fields: Fields) -> Any:
        """A controller has come; when it says which legs it keeps, the others are closed."""
        if "keep" in fields:
            keep = set(_texts(fields, "keep"))
            for leg in [leg for leg in self._core.by_name.values() if leg.name not in keep]:
                self._core.close(leg)
        return {"legs": sorted(self._core.by_name)}

    def _figures(self, fields: Fields) -> Any:
        core = self._core
        legs = core.legs
        return {
            "legs": legs.count,
            "recordings": core.recorder.count,
            "packets_relayed": core.reception.relayed,
            "packets_dropped": core.latching.dropped,
            "packets_malformed": core.reception.malformed,
            "packets_flooded": core.reception.flooded,
            "packets_refused": int(legs.refused.sum()),
            "frames_concealed": int(core.ring.concealed.sum()),
            "frames_late": int(core.ring.late.sum()),
            "sources_latched": core.latching.latched,
            "reports_sent": core.reports.sent,
            "reports_received": core.reports.received,
            "reports_malformed": core.reports.malformed,
            "digits_malformed": core.digits.malformed,
            "codec_legs": core.codecs.count,
            "codec_batches_dropped": core.codecs.dropped,
            "codec_frames_stale": core.codecs.stale,
            "clip_seconds": round(core.playback.arena.seconds, 1),
            "checks_answered": core.secure.ice.counters.answered,
            "checks_refused": core.secure.ice.counters.refused,
            "checks_skipped": core.secure.ice.counters.skipped,
            "srtp_legs": len(core.srtp.pairs),
            "srtp_refused": core.srtp.refused,
            "handshakes_failed": core.secure.handshakes_failed,
            "dtls_dropped": core.secure.dtls_dropped + core.handshakes.dropped,
            "unknown_legs": self.unknown_legs,
            "readings": core.readings.figures(),
        }

    # --- Legs ---------------------------------------------------------------------------------------------------------

    def _open_leg(self, fields: Fields) -> Any:
        core = self._core
        name = _text(fields, "leg")
        if name in core.by_name:
            raise CommandError(f"leg {name} is open", "duplicate")
        peer = _text(fields, "signalled_from")
        networks = Networks.of(peer, _texts(fields, "trusted"))
        family = fields.get("family", 4)
        if family not in {4, 6}:
            raise CommandError("family: allowed: 4, 6", "family")
        remote = restore(RemoteMedia, fields["remote"]) if fields.get("remote") is not None else None
        secure = fields.get("secure", False) is True
        source = None
        if remote is not None:
            check(remote, secure)
            source = source_of(remote.address, remote.port) if not secure else None
        crypto = tuple(_crypto_line(line) for line in fields.get("crypto") or ())
        if not secure and not crypto:  # a leg that is made again brings the keys that its peer knows
            if remote is not None and remote.crypto:
                crypto = sdes.answer(remote.crypto)
            elif fields.get("sdes", False) is True:
                crypto = sdes.offer()
        addresses = core.ports.addresses_for(peer, secure, family)
        if not addresses:
            raise CommandError(f"this machine has no IPv{family}", "family")
        port = fields.get("port")
        place = core.ports.choose(addresses, peer, source, core.now, port)
        row = core.legs.take()
        if row is None:
            raise CommandError(f"{core.legs.capacity} legs are open", "overloaded")
        leg = Leg(name, row, place, peer, networks, advertised_of(place, core.options.advertised), core.now)
        leg.is_link = fields.get("link") is True
        leg.timeout_from = core.now
        core.ports.enter(place, peer)
        core.by_name[name] = core.by_row[row] = leg
        legs = core.legs
        legs.socket[row] = place.index
        legs.ssrc[row] = int(core.random.integers(1, 1 << 32))
        legs.last_sequence[row] = int(core.random.integers(0, 1 << 15))
        legs.last_timestamp[row] = int(core.random.integers(0, 1 << 31))
        legs.last_sent[row] = core.clock(core.now)
        legs.phase[row] = row % 4
        core.ring.reset(row)
        core.replan(leg)
        return plain(self._browser(leg, remote) if secure else self._phone(leg, remote, crypto))

    def _browser(self, leg: Leg, remote: RemoteMedia | None) -> LocalMedia:
        """What a browser is told of a new leg."""
        ways = self._core.ports.ways_to(leg.place, leg.peer_address, self._core.options.advertised)
        ice, dtls = self._core.secure.open(leg, ways, remote)
        return replace(self._core.peers.local(leg), rtcp_port=leg.place.port, ice=ice, dtls=dtls)

    def _phone(self, leg: Leg, remote: RemoteMedia | None, crypto: tuple[CryptoParameters, ...]) -> LocalMedia:
        """What a telephone is told of a new leg."""
        core = self._core
        if crypto:
            leg.crypto = crypto
            core.legs.secure[leg.row] = True
            core.srtp.rows.add(leg.row)
        core.latching.enter(leg)
        if remote is not None:
            core.peers.reserve(leg, remote)
        return replace(core.peers.local(leg), crypto=crypto)

    def _set_remote(self, leg: Leg, fields: Fields) -> None:
        branch = fields.get("branch", "")
        self._announce(leg, restore(RemoteMedia, fields.get("remote")), branch if isinstance(branch, str) else "")

    def _announce(self, leg: Leg, remote: RemoteMedia, branch: str) -> None:
        core = self._core
        place = leg.place
        was_answered = leg.remote is not None
        law = int(core.legs.law[leg.row])
        core.peers.announce(leg, remote, branch, core.now)
        if leg.place is not place:
            core.latching.leave(leg)
            core.latching.enter(leg)
        by_sound = remote.telephone_event is None and not (leg.is_link or remote.keys_by_info)
        if by_sound != leg.digits_by_sound:
            core.digits.watch(leg, by_sound)
            core.replan(leg)
        elif law != core.legs.law[leg.row]:
            core.replan(leg)
        if not was_answered:
            leg.timeout_from = core.now
        core.adopt(leg, core.now)

    def _drop_branch(self, leg: Leg, fields: Fields) -> None:
        self._core.peers.drop_branch(leg, _text(fields, "branch"), self._core.now)

    def _close_leg(self, leg: Leg, fields: Fields) -> None:
        self._core.close(leg)

    # --- Who hears whom -----------------------------------------------------------------------------------------------

    def _bridge(self, leg: Leg, fields: Fields) -> None:
        peer = self._core.by_name.get(_text(fields, "peer"))
        if peer is None:
            self.unknown_legs += 1
            return
        if peer is leg:
            raise CommandError("a leg cannot be bridged to itself")
        around = self._core.plan.concerned([leg.name, peer.name])
        for one in (leg, peer):
            self._part(one)
            self._core.playback.stop(one.row)
        leg.peer, peer.peer = peer.name, leg.name
        self._core.plan.apply(around | self._core.plan.concerned([leg.name, peer.name]))

    def _unbridge(self, leg: Leg, fields: Fields) -> None:
        around = self._core.plan.concerned([leg.name])
        self._part(leg)
        self._core.plan.apply(around)

    def _part(self, leg: Leg) -> None:
        """Out of whatever connects the leg: bridge, room, supervision, echo."""
        if (old := self._core.by_name.get(leg.peer or "")) is not None:
            old.peer = None
        leg.peer = None
        if leg.seat is not None:
            left, leg.seat = leg.seat, None
            self._core.plan.apply([leg.name])
            self._core.left_room(left)
        leg.echo = False
        if leg.supervises is not None:
            self._core.plan.unwatch(leg.name, leg.supervises[0])
            leg.supervises = None

    def _hold(self, leg: Leg, fields: Fields) -> None:
        leg.held = _flag(fields, "on")
        leg.timeout_from = self._core.now
        self._core.replan(leg)

    def _mute(self, leg: Leg, fields: Fields) -> None:
        leg.muted = _flag(fields, "on")
        self._core.replan(leg)

    def _echo(self, leg: Leg, fields: Fields) -> None:
        leg.echo = _flag(fields, "on")
        self._core.replan(leg)

    def _join_room(self, leg: Leg, fields: Fields) -> None:
        seat = Seat(
            _text(fields, "room"),
            fields.get("hears", True) is True,
            fields.get("speaks", True) is True,
            _number(fields, "gain", 0.0, 16.0),
            fields.get("tones", False) is True,
        )
        around = self._core.plan.concerned([leg.name])
        returns = leg.seat is not None and leg.seat.room == seat.room
        if returns:
            leg.seat = replace(seat, tones=False)
        self._part(leg)
        leg.seat = seat
        self._core.plan.apply(around)
        if seat.tones and not returns:
            self._core.plan.chime(seat.room, "join")

    def _leave_room(self, leg: Leg, fields: Fields) -> None:
        around = self._core.plan.concerned([leg.name])
        left, leg.seat = leg.seat, None
        self._core.plan.apply(around)
        self._core.left_room(left)

    def _supervise(self, leg: Leg, fields: Fields) -> None:
        mode = fields.get("mode")
        if mode not in MODES:
            raise CommandError(f"mode {mode!r}; allowed: {', '.join(MODES)}")
        target = self._core.by_name.get(_text(fields, "target"))
        if target is None or target is leg:
            self.unknown_legs += 1
            return
        around = self._core.plan.concerned([leg.name, target.name])
        self._part(leg)
        leg.supervises = (target.name, mode)
        self._core.plan.watch(leg.name, target.name)
        self._core.plan.apply(around | self._core.plan.concerned([leg.name, target.name]))

    # --- What is said to a leg ----------------------------------------------------------------------------------------

    def _play(self, leg: Leg, fields: Fields) -> None:
        given = fields.get("clips")
        if not isinstance(given, list) or len(given) > MAX_CLIPS:
            raise CommandError(f"clips: a list of at most {MAX_CLIPS}")
        clips = [_clip(one) for one in given]
        play_id = _text(fields, "play_id") if fields.get("play_id") else ""  # without one, nobody waits for the end
        self._core.playback.play(leg.name, leg.row, clips, play_id, fields.get("loop") is True)
        self._core.replan(leg)

    def _seek(self, leg: Leg, fields: Fields) -> None:
        relative = "by_s" in fields
        seconds = _number(fields, "by_s" if relative else "to_s", -86_400.0, 86_400.0)
        self._core.playback.seek(leg.row, round(seconds * 8000), relative)

    def _stop_playing(self, leg: Leg, fields: Fields) -> None:
        self._core.playback.stop(leg.row)

    def _send_digits(self, leg: Leg, fields: Fields) -> None:
        digits = _text(fields, "digits")
        if len(digits) > MAX_DIGITS:
            raise CommandError(f"at most {MAX_DIGITS} digits")
        self._core.digits.say(leg, digits.upper())
        self._core.replan(leg)

    # --- What is heard of a leg ---------------------------------------------------------------------------------------

    def _judge_answerer(self, leg: Leg, fields: Fields) -> None:
        self._core.answerers.watch(leg, _flag(fields, "on"))
        self._core.replan(leg)

    # --- Recording ----------------------------------------------------------------------------------------------------

    def _record(self, fields: Fields) -> None:
        core = self._core
        sides = [_text(fields, side) for side in ("left", "right")]
        left, right = ((name, core.by_name[name].row if name in core.by_name else -1) for name in sides)
        name, path, elapsed_s = _text(fields, "recording"), _text(fields, "path"), _elapsed(fields)
        core.recorder.record(name, path, left, right, core.clock(core.now), elapsed_s)
        core.plan.apply(sides)

    def _record_room(self, fields: Fields) -> None:
        core = self._core
        name, path, room = (_text(fields, each) for each in ("recording", "path", "room"))
        core.recorder.record_room(name, path, room, core.clock(core.now), _elapsed(fields))
        core.plan.tap(core.recorder.rooms)

    def _record_message(self, leg: Leg, fields: Fields) -> None:
        core = self._core
        silence = _number(fields, "silence_s", 0.1, 3600.0) if fields.get("silence_s") is not None else None
        longest = _number(fields, "max_s", 0.1, 86400.0)
        name, path = _text(fields, "recording"), _text(fields, "path")
        core.recorder.record_message(
            name, path, (leg.name, leg.row), longest, silence, core.clock(core.now), _elapsed(fields)
        )
        core.plan.apply([leg.name])

    def _pause_recording(self, fields: Fields) -> None:
        self._core.recorder.pause(_text(fields, "recording"), _flag(fields, "on"), wipe=fields.get("wipe") is True)

    def _stop_recording(self, fields: Fields) -> None:
        self._core.recorder.stop(_text(fields, "recording"), self._core.clock(self._core.now))
