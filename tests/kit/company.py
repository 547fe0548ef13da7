"""A small company of a test's own, for a server that is not the demo: it may listen on any address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_company(data_dir: Path, people: Mapping[str, str], **more: Any) -> None:
    """Write ``company.yaml`` and ``secrets.yaml``: SIP passwords by extension; logins are ``p`` and the extension."""
    data_dir.mkdir(parents=True, exist_ok=True)
    first = next(iter(people))
    document = {
        "name": "Test",
        "company_voicemail": "100",
        "reception": "reception",
        "people": [
            {"login": f"p{extension}", "name": f"Person {extension}", "extension": extension, "role": "agent"}
            for extension in people
        ],
        "ring_groups": [
            {"name": "reception", "extensions": [first], "fallback": {"kind": "voicemail", "target": "100"}}
        ],
        "voicemail_boxes": [{"box": "100"}],
        **more,
    }
    secrets = {"web": {f"p{extension}": "demo" for extension in people}, "sip": dict(people)}
    (data_dir / "company.yaml").write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
    (data_dir / "secrets.yaml").touch(mode=0o600)
    (data_dir / "secrets.yaml").write_text(json.dumps(secrets), encoding="utf-8")
