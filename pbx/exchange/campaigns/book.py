"""The campaigns that have contacts or are running: one engine each, kept over restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pbx.campaigns.engine import CampaignEngine

MAX_NAMES = 200


class CampaignBook:
    """``on_change`` hears that something has to be done at once, ``on_saved`` that the document has changed."""

    def __init__(self) -> None:
        self._engines: dict[str, CampaignEngine] = {}
        self.on_change: Callable[[], None] = lambda: None
        self.on_saved: Callable[[], None] = lambda: None

    def of(self, name: str) -> CampaignEngine:
        """The engine of the campaign ``name``, made when it is first asked for."""
        return self._engines.setdefault(name, CampaignEngine(name))

    def all(self) -> list[CampaignEngine]:
        """Every one."""
        return list(self._engines.values())

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget campaigns that there are no more, once their last call is over."""
        wanted = set(names)
        gone = [name for name, engine in self._engines.items() if name not in wanted and not engine.calling]
        for name in gone:
            del self._engines[name]
        if gone:
            self.on_saved()

    def changed(self) -> None:
        """Something has been added, started or stopped."""
        self.on_saved()
        self.on_change()

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        documents = {name: engine.document() for name, engine in self._engines.items()}
        return lambda: {"version": 1, "campaigns": {name: said() for name, said in documents.items()}}

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out."""
        campaigns = document.get("campaigns") if isinstance(document, dict) else None
        for name, said in list(campaigns.items())[:MAX_NAMES] if isinstance(campaigns, dict) else ():
            self.of(str(name)).restore(said)
