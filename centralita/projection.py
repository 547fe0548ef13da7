"""What the office makes of the journal: every view of the event stream, and everything done because of an event."""

from __future__ import annotations

import time
from collections.abc import Callable

from config.company import Company
from config.crm import CrmRules
from crm_bridge.activities import Activities
from crm_bridge.call_log import CallLog
from crm_bridge.leads import LeadRules
from recordings.catalogue import Catalogue
from stats.projection import Statistics
from store.agent_state import AgentStates
from store.engine import Database
from store.projector import Journal, Place, Projector
from store.supervision_audit import SupervisionAudit

REACTIONS = (LeadRules.name, Activities.name, SupervisionAudit.name)


def new_projector(
    database: Database,
    journal: Journal,
    company: Company,
    *,
    clock: Callable[[], float] = time.time,
    on_applied: Callable[[Place], None] | None = None,
    crm_rules: Callable[[], CrmRules] = CrmRules,
) -> Projector:
    """The projector of an office: activities come after the lead rules, whose links they take over."""
    return Projector(
        database,
        journal,
        [CallLog(company.country), Catalogue(), AgentStates(), Statistics(company.time_zone)],
        [LeadRules(crm_rules), Activities(), SupervisionAudit()],
        clock=clock,
        on_applied=on_applied,
    )
