"""A small company for the store's tests."""

from __future__ import annotations

import pytest

from config.company import Company


@pytest.fixture
def company() -> Company:
    """Two people, a number, a queue, a trunk and a menu."""
    return Company.model_validate(
        {
            "name": "Test",
            "company_voicemail": "100",
            "reception": "reception",
            "people": [
                {"login": "admin", "name": "Admin", "extension": "100", "role": "administrator"},
                {"login": "ana", "name": "Ana", "extension": "101"},
            ],
            "numbers": [{"number": "+34910000001", "destination": {"kind": "menu", "target": "main"}}],
            "queues": [
                {"name": "sales", "members": [{"login": "ana"}], "overflow": {"kind": "voicemail", "target": "100"}}
            ],
            "ring_groups": [
                {"name": "reception", "extensions": ["100"], "fallback": {"kind": "voicemail", "target": "100"}}
            ],
            "trunks": [{"name": "carrier", "host": "192.0.2.1", "username": "carrier", "caller_id": "+34910000001"}],
            "menus": [{"name": "main", "text": "start: hello"}],
            "contacts": [{"name": "Carmen", "numbers": ["+34600111222"]}],
        }
    )
