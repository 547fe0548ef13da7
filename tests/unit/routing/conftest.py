"""The demo company and its secrets, as routing sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from config.company import Company, Menu
from store.credentials import Credentials, TrunkSecret, ha1

REALM = "centralita"
DEMO = Path(__file__).parents[3] / "config" / "demo"


@pytest.fixture(scope="session")
def company() -> Company:
    document = YAML(typ="safe").load((DEMO / "aurora.yaml").read_text())
    fields = {name: value for name, value in document.items() if name in Company.model_fields}
    fields["menus"] = [Menu(name=name, text="") for name in ("main", "survey")]
    return Company.model_validate(fields)


@pytest.fixture(scope="session")
def credentials(company: Company) -> Credentials:
    return Credentials(
        REALM,
        {person.extension: ha1(person.extension, REALM, f"demo-{person.extension}") for person in company.people},
        {"carrier": TrunkSecret("carrier", "demo-carrier", ha1("carrier", REALM, "demo-carrier"))},
    )
