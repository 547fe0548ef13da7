"""Campaigns, and the calls that they make."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.events.event import Body, named


@named("campaign.state")
@dataclass(frozen=True, slots=True)
class CampaignState(Body):
    """``running``, ``paused``, ``stopped``, or ``done``: ``running`` with nobody left to call."""

    campaign: str
    state: str
    by: str | None = None


@named("campaign.offered")
@dataclass(frozen=True, slots=True)
class CampaignOffered(Body):
    """A free agent is shown who is to be called next, and decides before ``until`` (epoch seconds)."""

    campaign: str
    contact_id: str
    number: str
    name: str
    login: str
    until: float


@named("campaign.withdrawn")
@dataclass(frozen=True, slots=True)
class CampaignWithdrawn(Body):
    """The contact is not shown to the agent any more: time is up, another call came, the campaign rests."""

    campaign: str
    contact_id: str
    login: str


@named("campaign.attempted")
@dataclass(frozen=True, slots=True)
class CampaignAttempted(Body):
    """One attempt for a contact, in the event's call if there was one.

    ``result``: ``answered``, ``machine`` (an answering machine), ``message_left`` (there), ``no_answer``, ``busy``,
    ``failed``, ``cancelled`` (by the agent), ``skipped``, and without an attempt ``do_not_call``, ``no_hours``,
    ``withdrawn``; ``is_last``: no other one follows.
    """

    campaign: str
    contact_id: str
    number: str
    name: str
    attempt: int
    login: str | None
    result: str
    is_last: bool
    talk_s: float = 0.0
