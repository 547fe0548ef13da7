"""A bad network that is the same every time: what happens to each packet is decided by a seed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class BadNetwork:
    """Loss (``loss`` alone, or in bursts of ``burst`` packets on average), delay, jitter, reordering, duplicates.

    Call it as a scene's network: (sent at, datagram) to times of arrival. ``delay_s`` is for all, ``jitter_s`` uniform
    on top; ``reorder`` is the share of packets that are held back by 30 ms. ``lost`` and ``doubled`` count.
    """

    seed: int
    loss: float = 0.0
    burst: float = 1.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    reorder: float = 0.0
    duplicates: float = 0.0
    passed: int = 0
    lost: int = 0
    doubled: int = 0
    _in_burst: bool = False
    _random: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)

    def __call__(self, at: float, datagram: bytes) -> list[float]:
        self._in_burst = self._random.random() < self._chance_of_loss()
        arrival = at + self.delay_s + self.jitter_s * float(self._random.random())
        if self._random.random() < self.reorder:
            arrival += 0.03
        doubled = self._random.random() < self.duplicates
        if self._in_burst:
            self.lost += 1
            return []
        self.passed += 1
        if doubled:
            self.doubled += 1
            return [arrival, arrival + 0.012]
        return [arrival]

    def _chance_of_loss(self) -> float:
        """Gilbert's model: a burst goes on with 1 - 1/burst, and begins so often that ``loss`` is lost in all."""
        if self._in_burst and self.burst > 1:
            return 1 - 1 / self.burst
        return self.loss / (self.burst * (1 - self.loss) + self.loss * (self.burst == 1)) if self.loss < 1 else 1.0
