"""What a dialled string means, for whoever dialled it: a telephone of the house, a caller in a menu, a trunk."""

from __future__ import annotations

from dataclasses import dataclass

from config.company import Company, Destination
from config.part import Language
from pbx.ports import Match
from pbx.routing import numbers
from pbx.routing.codes import Code, is_code, parse_code

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class ToDestination:
    """Somewhere in the house. ``dialled`` is what the call log shows: E.164 for a DID, else the extension."""

    destination: Destination
    dialled: str
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class ToOutside:
    """Out through a trunk: ``number`` in E.164, or an emergency number as it is (``112``)."""

    number: str
    emergency: bool = False

    @property
    def dialled(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class ToCode:
    """A feature code, as it was dialled and as what it asks for."""

    code: Code
    dialled: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing here has this number; ``status`` is the SIP response that says so."""

    dialled: str
    status: int = NOT_FOUND


Dialled = ToDestination | ToOutside | ToCode | Unknown


class Dialplan:
    """The numbers of one company, indexed. Immutable: a changed company gets a new one."""

    def __init__(self, company: Company) -> None:
        self._country = company.country
        self._emergency = frozenset(company.emergency_numbers)
        self._inside: dict[str, Destination] = {}
        for person in company.people:
            self._inside[person.extension] = Destination(kind="person", target=person.extension)
        for room in company.rooms:
            self._inside[room.extension] = Destination(kind="room", target=room.extension)
        for group in company.ring_groups:
            if group.extension is not None:
                self._inside[group.extension] = Destination(kind="ring_group", target=group.name)
        for queue in company.queues:
            if queue.extension is not None:
                self._inside[queue.extension] = Destination(kind="queue", target=queue.name)
        self._boxes = {
            box.box: Destination(kind="voicemail", target=box.box)
            for box in company.voicemail_boxes
            if box.box not in self._inside
        }
        self._dids = {number.number: number for number in company.numbers}
        self._own_stay_inside = company.own_numbers == "inside"
        self._prefixes = frozenset(extension[:length] for extension in self._inside for length in range(len(extension)))

    def from_phone(self, dialled: str) -> Dialled:
        """Dialled by a person of the house: extension, room, box, code, emergency or outside number.

        Emergency numbers come first, with and without the outside line's ``0``: nothing may hide them. A number of the
        company itself leads where it leads the world, unless the company wants it to go out.
        """
        text = numbers.bare(dialled)
        emergency = text.removeprefix(numbers.OUTSIDE_LINE)
        if text in self._emergency or emergency in self._emergency:
            return ToOutside(text if text in self._emergency else emergency, emergency=True)
        if is_code(text):
            code = parse_code(text)
            return Unknown(text) if code is None else ToCode(code, text)
        inside = self._inside.get(text) or self._boxes.get(text)
        if inside is not None:
            return ToDestination(inside, text)
        number = numbers.outside(text, self._country)
        if number is None:
            return Unknown(text)
        own = self._dids.get(number) if self._own_stay_inside else None
        return ToOutside(number) if own is None else ToDestination(own.destination, own.number, own.language)

    def from_menu(self, dialled: str) -> ToDestination | Unknown:
        """Typed by a caller in a menu: people, departments and rooms; never a code, never the outside."""
        text = dialled.removesuffix("#")
        inside = self._inside.get(text)
        return Unknown(text) if inside is None else ToDestination(inside, text)

    def from_trunk(self, dialled: str) -> ToDestination | Unknown:
        """Dialled by the world: the company's own numbers (DIDs) in any format; never a code or an extension."""
        text = numbers.bare(dialled)
        number = numbers.normalise(text, self._country)
        did = self._dids.get(number) if number is not None else None
        if did is None:
            return Unknown(number or text)
        return ToDestination(did.destination, did.number, did.language)

    def extensions_starting_with(self, digits: str) -> Match:
        """What ``digits``, typed so far, are among the extensions that a menu knows."""
        exact, prefix = digits in self._inside, digits in self._prefixes
        if exact:
            return Match.EXACT_AND_PREFIX if prefix else Match.EXACT
        return Match.PREFIX if prefix else Match.NONE
