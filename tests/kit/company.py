"""A company of a test's own, written before its server starts: a small one, or the demo with more in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from tests.kit.analysis import write_wav
from tests.kit.sources import Tone

DEMO = Path(__file__).parents[2] / "config" / "demo" / "aurora.yaml"


def write_company(data_dir: Path, people: Mapping[str, str], **more: Any) -> None:
    """``company.yaml`` and ``secrets.yaml``: SIP passwords by extension; logins are ``p`` and the extension.

    Such a server is not the demo, and may listen on any address.
    """
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


def write_demo(data_dir: Path, carrier_port: int, **more: Any) -> None:
    """The demo company, with its public passwords, and ``more``: lists are added to, all else is set."""
    document = YAML(typ="safe").load(DEMO.read_text(encoding="utf-8"))
    document["trunks"][0] |= {"port": carrier_port, "known_addresses": [f"127.0.0.1:{carrier_port}"]}
    for name, value in more.items():
        document[name] = [*document.get(name, ()), *value] if isinstance(value, list) else value
    shutil.copytree(DEMO.parent / "flows", data_dir / "flows")
    people = document["people"]
    secrets = {
        "web": {person["login"]: "demo" for person in people},
        "sip": {person["extension"]: f"demo-{person['extension']}" for person in people},
        "trunks": {trunk["name"]: f"demo-{trunk['name']}" for trunk in document["trunks"]},
    }
    (data_dir / "company.yaml").write_text(json.dumps(document), encoding="utf-8")
    (data_dir / "secrets.yaml").touch(mode=0o600)
    (data_dir / "secrets.yaml").write_text(json.dumps(secrets), encoding="utf-8")


def record_prompt(data_dir: Path, name: str, hertz: float, seconds: float = 1.2) -> None:
    """A recording in place of the prompt ``es/NAME`` or ``en/NAME``: a tone, which tells what is being said."""
    file = data_dir / "prompts" / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    tone = Tone(hertz)
    write_wav(file, np.concatenate([tone.next_frame() for _ in range(round(seconds * 50))]))
