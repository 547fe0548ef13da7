"""How a call sounds, estimated (ITU-T G.107 E-model with the defaults of its table 2; codecs of G.113 Appendix I)."""

from __future__ import annotations

BASE_RATING = 93.2
PACKET_LOSS_ROBUSTNESS = {"PCMU": 25.1, "PCMA": 25.1}  # Bpl of G.711 with the concealment of its Appendix I
PLAYOUT_MS = 40.0


def rating(loss: float, one_way_delay_ms: float, codec: str = "PCMU", burst_ratio: float = 1.0) -> float:
    """Transmission rating R, 0…93.2. ``loss`` 0…1 after the jitter buffer."""
    percent = 100.0 * min(max(loss, 0.0), 1.0)
    robustness = PACKET_LOSS_ROBUSTNESS.get(codec, 10.0)
    equipment = 95.0 * percent / (percent / max(burst_ratio, 1e-9) + robustness)
    delay = 0.024 * one_way_delay_ms + (0.11 * (one_way_delay_ms - 177.3) if one_way_delay_ms > 177.3 else 0.0)
    return max(0.0, BASE_RATING - delay - equipment)


def mos_of_rating(r: float) -> float:
    """Mean opinion score 1…4.5 of a rating (G.107 Annex B)."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


def mos(loss: float, jitter_ms: float, round_trip_ms: float | None, codec: str = "PCMU") -> float:
    """MOS estimate of what a leg sends us; an unknown round trip counts as none."""
    delay = (round_trip_ms or 0.0) / 2 + PLAYOUT_MS + 2 * jitter_ms
    return round(mos_of_rating(rating(loss, delay, codec)), 2)
