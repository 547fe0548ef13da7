"""Where a leg's peer is: what it announced, in one answer or several early branches, and what follows from it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from pbx.media import sdes, table
from pbx.media.codecs import Codecs
from pbx.media.errors import CommandError, NoPortError
from pbx.media.leg import Leg
from pbx.media.lookup import Lookup, is_six, key_of, name_of, source_of, text_of_number
from pbx.media.messages import LocalMedia, MediaAlarm, MediaEvent, MediaMoved, RemoteMedia
from pbx.media.ports import Ports
from pbx.media.secure import Secure
from pbx.media.secure import check as check_secure
from pbx.media.table import LegTable
from pbx.rtp import comfort_noise

OFFERED_TELEPHONE_EVENT, OFFERED_WIDE_EVENT = 101, 110
MAX_BRANCHES = 16


class Peers:
    """Keeps the columns about sending and the lookup of sources in step with what peers announce."""

    def __init__(
        self,
        legs: LegTable,
        lookup: Lookup,
        ports: Ports,
        secure: Secure,
        codecs: Codecs,
        emit: Callable[[MediaEvent], None],
    ) -> None:
        self._legs = legs
        self._secure = secure
        self._codecs = codecs
        self._lookup = lookup
        self._ports = ports
        self._emit = emit

    def announce(self, leg: Leg, remote: RemoteMedia, branch: str, now: float) -> None:
        """Apply an SDP of the peer. Raises CommandError for an address or codec that cannot be used."""
        check(remote, leg.is_browser)
        if remote.codec.upper() not in table.LAWS:
            raise CommandError(f"codec {remote.codec!r}; allowed: {', '.join(table.LAWS)}")
        if leg.crypto and not remote.crypto:
            self._go_plain(leg)  # keys were offered, and the peer has answered without
        if leg.crypto:
            sdes.agreed(remote.our_crypto or leg.crypto, remote.crypto)
            leg.crypto = remote.our_crypto or leg.crypto
        if leg.is_browser:
            self._announce_secure(leg, remote, branch)
            return
        if branch:
            if leg.remote is not None:
                return  # the answer has been given already
            if branch not in leg.branches and len(leg.branches) >= MAX_BRANCHES:
                raise CommandError(f"more than {MAX_BRANCHES} branches")
            leg.branches[branch] = remote
            source = source_of(remote.address, remote.port)
            if len(leg.branches) > 1 and leg.announced is not None and leg.announced != source:
                leg.branch_sources[branch] = source
                self._lookup.add(key_of(leg.place.index, source), leg.row)
                return
        else:
            leg.remote = remote
            self._forget_branches(leg, remote)
        self._apply(leg, remote, now)

    def _go_plain(self, leg: Leg) -> None:
        leg.crypto = ()
        self._legs.secure[leg.row] = False
        self._secure.srtp.leave(leg.row)

    def _announce_secure(self, leg: Leg, remote: RemoteMedia, branch: str) -> None:
        """A browser's address is what ICE finds; its description says what it speaks and who it is."""
        if branch and leg.remote is not None:
            return
        if not branch:
            leg.remote = remote
            leg.branches.clear()
        elif branch in leg.branches or len(leg.branches) < MAX_BRANCHES:
            leg.branches[branch] = remote
        if remote.our_ice is not None:
            self._secure.ice.restart(leg, remote.our_ice.ufrag, remote.our_ice.password)
        self._speak_as(leg, remote)
        self._secure.announce(leg, remote)

    def reserve(self, leg: Leg, remote: RemoteMedia) -> None:
        """Keep the source that the peer has offered for this leg; sound waits for ``announce``."""
        leg.announced = source_of(remote.address, remote.port)
        self._ports.announce(leg.place, leg.peer_address, leg.announced, None)

    def drop_branch(self, leg: Leg, branch: str, now: float) -> None:
        """Forget an early branch; another one, if there is one, is listened to instead."""
        remote = leg.branches.pop(branch, None)
        if leg.is_browser:
            return
        source = leg.branch_sources.pop(branch, None)
        if source is not None:
            self._lookup.remove(key_of(leg.place.index, source), leg.row)
        if remote is None or leg.remote is not None or source is not None:
            return
        if leg.branches:
            name, other = next(iter(leg.branches.items()))
            leg.branch_sources.pop(name, None)
            self._apply(leg, other, now)
        else:
            self._legs.has_address[leg.row] = False

    def prefer(self, leg: Leg, source: int, now: float) -> None:
        """The announced address, or that of another early branch, is heard: it wins over what was latched."""
        for branch, branch_source in leg.branch_sources.items():
            if branch_source == source and leg.remote is None:
                if leg.announced is not None and leg.heard_first:
                    return  # one early branch is heard already
                remote = leg.branches[branch]
                previous = next((name for name, one in leg.branches.items() if name not in leg.branch_sources), None)
                del leg.branch_sources[branch]
                if previous is not None and leg.announced is not None:
                    leg.branch_sources[previous] = leg.announced
                self._apply(leg, remote, now, keep_key=True)
                return
        if source == leg.announced and leg.latched is not None:
            self._unlatch(leg)
            self._send_to(leg, source)

    def latch(self, leg: Leg, source: int) -> None:
        """Listen and speak to ``source`` from now on."""
        self._unlatch(leg)
        if self._lookup.add(key_of(leg.place.index, source), leg.row):
            leg.latched = source
            leg.candidate = None
            self._send_to(leg, source)

    def move(self, leg: Leg, source: int | None, now: float) -> bool:
        """Give the leg another place, where ``source`` collides with nobody; False when there is none."""
        legs, ports = self._legs, self._ports
        try:
            place = ports.choose([leg.place.address], leg.peer_address, source, now)
        except NoPortError:
            return False
        if place == leg.place or (source is not None and ports.holders(place, source)):
            return False
        self._leave(leg, now)
        leg.place = place
        ports.enter(place, leg.peer_address)
        legs.socket[leg.row] = place.index
        if leg.announced is not None:
            ports.announce(place, leg.peer_address, leg.announced, None)
            leg.is_keyed = self._lookup.add(key_of(place.index, leg.announced), leg.row)
        self._emit(MediaMoved(leg.name, self.local(leg)))
        return True

    def local(self, leg: Leg) -> LocalMedia:
        """Where the leg receives, as it is announced."""
        return LocalMedia(leg.advertised, leg.place.port, leg.place.port + 1, 0)

    def release(self, leg: Leg, now: float) -> None:
        """The leg is closed: its keys go, and rest."""
        self._leave(leg, now)

    def _leave(self, leg: Leg, now: float) -> None:
        for source in leg.sources:
            self._lookup.remove(key_of(leg.place.index, source), leg.row)
        heard = leg.sources if self._legs.heard_ssrc[leg.row] >= 0 else []
        self._ports.leave(leg.place, leg.peer_address, leg.announced, heard, now)
        leg.latched = None

    def _forget_branches(self, leg: Leg, answer: RemoteMedia) -> None:
        for source in leg.branch_sources.values():
            self._lookup.remove(key_of(leg.place.index, source), leg.row)
        leg.branch_sources.clear()
        leg.branches.clear()

    def _apply(self, leg: Leg, remote: RemoteMedia, now: float, keep_key: bool = False) -> None:
        legs, row = self._legs, leg.row
        self._speak_as(leg, remote)
        usable = self._usable(leg, remote)
        legs.has_address[row] = usable
        if not usable:
            return
        source = source_of(remote.address, remote.port)
        if source == leg.announced and leg.is_keyed:
            if leg.latched is None:
                self._send_to(leg, source)
            return
        self._unlatch(leg)
        previous, leg.announced = leg.announced, source
        if previous is not None and leg.is_keyed and not keep_key:
            self._lookup.remove(key_of(leg.place.index, previous), row)
        if previous != source:
            self._ports.announce(leg.place, leg.peer_address, source, previous)
        if self._ports.holders(leg.place, source) > 1:
            self._ports.crowd(leg.peer_address)
            leg.is_keyed = False
            if not self.move(leg, source, now):
                self._emit(
                    MediaAlarm("ports_exhausted", f"{remote.address}:{remote.port} is announced by too many legs")
                )
        else:
            leg.is_keyed = self._lookup.add(key_of(leg.place.index, source), row)
        self._send_to(leg, source)

    def _usable(self, leg: Leg, remote: RemoteMedia) -> bool:
        if remote.port == 0 or ipaddress.ip_address(remote.address).is_unspecified:
            return False
        if is_six(remote.address) != is_six(leg.place.address):
            self._emit(MediaAlarm("other_ip_version", f"leg {leg.name}: the peer announced {remote.address}"))
            return False
        if (str(ipaddress.ip_address(remote.address)), remote.port) in self._ports.own and not leg.is_link:
            self._emit(
                MediaAlarm("own_address", f"leg {leg.name}: the peer announced our own {remote.address}:{remote.port}")
            )
            return False
        return True

    def _speak_as(self, leg: Leg, remote: RemoteMedia) -> None:
        legs, row = self._legs, leg.row
        if leg.crypto:
            self._secure.srtp.set_keys(row, sdes.agreed(leg.crypto, remote.crypto))
        law = table.LAWS[remote.codec.upper()]
        self._change_law(row, law)
        legs.type_of_kind[row] = table.NONE
        spoken = [table.PCMU, table.PCMA] if law <= table.LAW_PCMA else [table.PCMU + law]
        legs.type_of_kind[row, spoken] = remote.payload_type
        kinds = legs.kinds[row]
        kinds[:] = table.REFUSED
        kinds[comfort_noise.PAYLOAD_TYPE] = table.COMFORT_NOISE
        kinds[0], kinds[8] = table.PCMU, table.PCMA
        if remote.telephone_event is not None:
            kind = table.WIDE_EVENT if remote.telephone_event_rate == table.WIDE_RATE else table.TELEPHONE_EVENT
            legs.type_of_kind[row, kind] = remote.telephone_event
            if law == table.LAW_OPUS:
                kinds[OFFERED_WIDE_EVENT] = table.WIDE_EVENT
            kinds[OFFERED_TELEPHONE_EVENT] = table.TELEPHONE_EVENT
            kinds[remote.telephone_event] = kind
        if remote.comfort_noise is not None and law != table.LAW_OPUS:
            legs.type_of_kind[row, table.COMFORT_NOISE] = remote.comfort_noise
            kinds[remote.comfort_noise] = table.COMFORT_NOISE
        kinds[remote.payload_type] = table.PCMU + law
        port = remote.port if remote.rtcp_mux else remote.rtcp_port or remote.port + 1
        leg.rtcp = (remote.address, port) if 0 < port < 65536 else None  # there is no port after the last

    def _change_law(self, row: int, law: int) -> None:
        legs = self._legs
        coded = law > table.LAW_PCMA
        if coded and (law != legs.law[row] or not legs.stream[row]):
            self._codecs.enter(row)
        elif not coded:
            self._codecs.leave(row)
        legs.law[row] = law
        legs.rate[row] = legs.heard_rate[row] = table.RATES[law]

    def _send_to(self, leg: Leg, source: int) -> None:
        row = leg.row
        self._legs.address[row] = name_of(text_of_number(source & 0xFFFFFFFF), source >> 32)
        self._legs.has_address[row] = True
        self._legs.active[row] = source
        self._legs.last_source[row] = table.SILENT

    def _unlatch(self, leg: Leg) -> None:
        if leg.latched is not None:
            self._lookup.remove(key_of(leg.place.index, leg.latched), leg.row)
            leg.latched = None
        leg.candidate = None


def check(remote: RemoteMedia, is_browser: bool) -> None:
    """Raises CommandError for an address, a port or a payload type that cannot be used."""
    if is_browser:
        check_secure(remote)
    else:
        _check_address(remote)
    if not isinstance(remote.codec, str):
        raise CommandError("codec: text is needed")
    if not isinstance(remote.telephone_event_rate, int):
        raise CommandError("telephone_event_rate: a number is needed")
    types = (remote.payload_type, remote.telephone_event or 0, remote.comfort_noise or 0)
    if not all(isinstance(number, int) and 0 <= number < 128 for number in types):
        raise CommandError("payload types are 0-127")
    if not all(isinstance(port, int) and 0 <= port < 65536 for port in (remote.port, remote.rtcp_port)):
        raise CommandError("ports are 0-65535")


def _check_address(remote: RemoteMedia) -> None:
    try:
        address = ipaddress.ip_address(str(remote.address))
    except ValueError:
        raise CommandError(f"address {remote.address!r}; allowed: an IP address") from None
    if address.is_multicast or str(address) == "255.255.255.255":
        raise CommandError(f"address {remote.address}: not a unicast address")
