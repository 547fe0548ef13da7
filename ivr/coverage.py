"""Which nodes and ways of some flows scripts have taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.flow import Flow, Target, targets_of


@dataclass(slots=True)
class Coverage:
    """``taken``: every way that a caller has taken, as PlayedCaller.ways has it."""

    flows: Mapping[str, Flow]
    taken: set[tuple[str, str, Target]] = field(default_factory=set)

    @property
    def all_ways(self) -> set[tuple[str, str, Target]]:
        """Every way that the flows have; options with the same target are one."""
        return {
            (flow.name, name, target)
            for flow in self.flows.values()
            for name, node in flow.nodes.items()
            for target in targets_of(node).values()
        }

    @property
    def missing(self) -> list[tuple[str, str, Target]]:
        """The ways that nobody has taken."""
        return sorted(self.all_ways - self.taken, key=repr)

    @property
    def missing_nodes(self) -> list[tuple[str, str]]:
        """The nodes where nobody has been."""
        been = {(flow, node) for flow, node, _ in self.taken}
        return sorted({(flow, node) for flow, node, _ in self.all_ways} - been)

    @property
    def share(self) -> float:
        """Ways taken over all ways, 0…1."""
        ways = self.all_ways
        return len(ways & self.taken) / len(ways) if ways else 1.0

    @property
    def node_share(self) -> float:
        """Nodes visited over all nodes, 0…1."""
        nodes = {(flow, node) for flow, node, _ in self.all_ways}
        return 1.0 - len(self.missing_nodes) / len(nodes) if nodes else 1.0
