"""What the CRM knows about the callers of a batch: contacts, open leads, open deals, read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.lookup import CONTACTS, KnownContact
from crm_bridge.tables import OPEN_LEAD, Call, ContactNumber, Deal, Lead
from store.batch_rows import BatchRows

_NAME = "dossiers"
_NUMBERS: BindParameter[Any] = bindparam("numbers", expanding=True)
_CONTACTS: BindParameter[Any] = bindparam("contacts", expanding=True)
_CONTACTS_BY_NUMBER = CONTACTS.add_columns(ContactNumber.number).where(ContactNumber.number.in_(_NUMBERS))
_OPEN_LEADS = (
    select(Lead)
    .where(or_(Lead.number.in_(_NUMBERS), Lead.contact_id.in_(_CONTACTS)), Lead.status.in_(OPEN_LEAD))
    .order_by(Lead.id)
)
_OPEN_DEALS = (
    select(Deal.contact_id, Deal.id).where(Deal.contact_id.in_(_CONTACTS), Deal.status == "open").order_by(Deal.id)
)


class BatchDossiers:
    """By number: the contact, the open lead, the open deal; the oldest where there are several.

    They are those of the transaction of one batch. Writers of leads and the projector take turns
    (``store.event_log.take_turn``), so that no lead comes up beside those that are at hand.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = BatchRows.of(session)
        self._contacts: dict[str, KnownContact | None] = {}
        self._leads: dict[str, Lead] = {}
        self._deals: dict[str, str] = {}
        self._asked: set[str] = set()

    @classmethod
    def of(cls, session: AsyncSession) -> BatchDossiers:
        """Those of ``session``'s transaction; forgotten together with its rows."""
        rows = BatchRows.of(session)
        found = rows.beside.get(_NAME)
        if found is None:
            found = rows.beside[_NAME] = cls(session)
        assert isinstance(found, cls)
        return found

    async def contact(self, number: str) -> KnownContact | None:
        """The contact with ``number`` (E.164)."""
        if number not in self._contacts:
            numbers = {number, *_outside_numbers(self._rows)} - self._contacts.keys()
            self._contacts.update(dict.fromkeys(numbers))
            with self._session.no_autoflush:
                found = await self._session.execute(_CONTACTS_BY_NUMBER, {"numbers": list(numbers)})
            for *columns, theirs in found:
                if self._contacts[theirs] is None:
                    self._contacts[theirs] = KnownContact(*columns)
        return self._contacts[number]

    async def open_lead(self, number: str) -> Lead | None:
        """The open lead of ``number`` or of its contact."""
        await self._ask_for(number)
        contact = self._contacts[number]
        return min(
            (
                lead
                for lead in self._leads.values()
                if lead.status in OPEN_LEAD
                and (lead.number == number or (contact is not None and lead.contact_id == contact.id))
            ),
            key=lambda lead: lead.id,
            default=None,
        )

    async def open_deal(self, number: str) -> str | None:
        """The id of the open deal of the number's contact."""
        await self._ask_for(number)
        contact = self._contacts[number]
        return None if contact is None else self._deals.get(contact.id)

    def add(self, lead: Lead) -> None:
        """There is a lead now."""
        self._leads[lead.id] = lead

    async def _ask_for(self, number: str) -> None:
        await self.contact(number)
        if number in self._asked:
            return
        numbers = self._contacts.keys() - self._asked
        self._asked |= numbers
        contacts = [found.id for found in map(self._contacts.get, numbers) if found is not None]
        with self._session.no_autoflush:
            for lead in await self._session.scalars(_OPEN_LEADS, {"numbers": list(numbers), "contacts": contacts}):
                self._leads[lead.id] = lead
            if contacts:
                for deal in await self._session.execute(_OPEN_DEALS, {"contacts": contacts}):
                    self._deals.setdefault(deal.contact_id, deal.id)


def _outside_numbers(rows: BatchRows) -> Iterable[str]:
    """The numbers of everybody in the batch who is not one of ours."""
    for event in rows.events:
        if event["type"] == "call.started":
            yield from filter(_is_e164, (event["caller_number"], event["dialled"]))
    for call in rows.at_hand(Call):
        yield from filter(_is_e164, (call.caller_number, call.dialled))


def _is_e164(number: str | None) -> bool:
    return number is not None and number.startswith("+")
