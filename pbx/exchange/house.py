"""The parts of the exchange that a caller's journey touches, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.settings import Settings
from pbx.calls.switchboard import Switchboard
from pbx.events import SystemAlarm
from pbx.exchange.callbacks.book import CallbackBook
from pbx.exchange.campaigns.book import CampaignBook
from pbx.exchange.conferences import Conferences
from pbx.exchange.last_agents import LastAgents
from pbx.exchange.snapshot import Snapshot
from pbx.exchange.subscriptions import Subscriptions
from pbx.exchange.trunk_upkeep import TrunkUpkeep
from pbx.ports import MenuPort, PromptPort
from pbx.queues.driver import Queues
from pbx.routing.forwards import Forwards
from pbx.routing.registrar import Registrar
from pbx.routing.switches import NightSwitches
from pbx.routing.toll import Toll
from pbx.routing.trunks import Trunks
from pbx.routing.wake_ups import WakeUps
from pbx.trace.book import TraceBook

if TYPE_CHECKING:
    from pbx.exchange.browser_wakes import BrowserWakes
    from pbx.exchange.campaigns.calling import CampaignCalling


@dataclass(slots=True)
class House:
    """What stands ready for every call. ``snapshot()`` is the company of this moment."""

    settings: Settings
    snapshot: Callable[[], Snapshot]
    board: Switchboard
    registrar: Registrar
    trunks: Trunks
    forwards: Forwards
    queues: Queues
    menus: MenuPort
    prompts: PromptPort
    subscriptions: Subscriptions | None = None
    recorded_greetings: set[str] = field(default_factory=set)  # boxes that have one
    conferences: Conferences = field(default_factory=Conferences)
    wake_ups: WakeUps = field(default_factory=WakeUps)
    switches: NightSwitches = field(default_factory=NightSwitches)
    upkeep: TrunkUpkeep | None = None
    callbacks: CallbackBook = field(default_factory=CallbackBook)
    campaigns: CampaignBook = field(default_factory=CampaignBook)
    campaign_calling: CampaignCalling | None = None
    wakes: BrowserWakes | None = None
    last_agents: LastAgents = field(default_factory=LastAgents)
    toll: Toll = field(init=False)
    traces: TraceBook = field(default_factory=TraceBook)
    turns: dict[str, int] = field(default_factory=dict)  # whose turn it is in a ring group that takes turns

    def __post_init__(self) -> None:
        self.toll = Toll(self.snapshot().company, self._alarm)

    def _alarm(self, what: str, detail: str) -> None:
        self.board.emit(SystemAlarm(what, detail))
