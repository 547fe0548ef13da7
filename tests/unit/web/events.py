"""Events of a call for these tests."""

from __future__ import annotations

from tests.unit.crm_bridge.conftest import answered, ended, event, started

CARMEN = "+34600111222"
__all__ = ["CARMEN", "answered", "ended", "event", "started"]
