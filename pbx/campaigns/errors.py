"""Faults of campaigns."""

from __future__ import annotations


class CampaignError(Exception):
    """Base of them all."""


class TooManyContactsError(CampaignError):
    """No more contacts are taken."""


class NotOfferedError(CampaignError):
    """This contact is not offered to this agent, or not any more."""
