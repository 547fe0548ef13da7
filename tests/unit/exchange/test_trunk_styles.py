"""The trunks of docs/trunks.md, as they are written there, and what each is told."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from config.company import Trunk
from pbx.net.hop import Hop
from store.credentials import Ha1, TrunkSecret
from tests.unit.calls.peers import Session, sdp
from tests.unit.exchange.stage import ANA, CARMEN, Stage

DOCUMENT = Path(__file__).parents[3] / "docs/trunks.md"
OURS = "+34910000001"


def written() -> dict[str, Trunk]:
    blocks = [YAML(typ="safe").load(block) for block in re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(), re.S)]
    one_by_one = [trunk for block in blocks for trunk in (block if isinstance(block, list) else [block])]
    return {trunk["name"]: Trunk.model_validate(trunk) for trunk in one_by_one}


def use(stage: Stage, name: str, **changes: object) -> None:
    trunk = written()[name].model_copy(update=changes)
    company = stage.company.model_copy(update={"trunks": (trunk,)})
    secret = TrunkSecret("34910000001", "secret", Ha1("", ""))
    credentials = replace(stage.house.snapshot().credentials, trunks={name: secret})
    stage.house.trunks.configure(company, credentials)
    stage.house.trunks._addresses._hops[trunk.host, trunk.port, trunk.transport] = (Hop("udp", ("127.0.0.1", 5090)),)


async def called(stage: Stage, user: str) -> Session:
    await stage.call_from("101", "0600111222")
    return stage.agent.to(user)


def test_every_example_is_a_trunk() -> None:
    assert set(written()) == {"provider", "asterisk", "threecx", "madrid", "barcelona", "other"}


async def test_a_provider_with_an_account(stage: Stage) -> None:
    use(stage, "provider")
    request = (await called(stage, "34600111222")).request
    assert request.from_.uri.user == "34910000001"
    assert request.from_.uri.host == "sip.provider.example"
    assert request.headers.get("P-Asserted-Identity") == "<sip:34910000001@sip.provider.example>"
    assert b"RTP/AVP 8 101" in request.body


async def test_an_asterisk(stage: Stage) -> None:
    use(stage, "asterisk")
    request = (await called(stage, "600111222")).request
    number = f"<sip:{OURS}@{stage.board.domain}>"
    assert request.from_.uri.user == OURS
    assert request.headers.get("P-Asserted-Identity") == number
    assert (request.headers.get("Remote-Party-ID") or "").startswith(f"{number};party=calling")


@pytest.mark.parametrize(("name", "shown"), [("asterisk", CARMEN), ("other", OURS)])
async def test_who_is_shown_when_a_call_goes_on_outside(stage: Stage, name: str, shown: str) -> None:
    use(stage, name)
    stage.forwards.set("always", "101", "0600999888")
    await stage.call_in(ANA)
    request = stage.agent.to("600999888" if name == "asterisk" else "+34600999888").request
    assert request.from_.uri.user == shown
    assert ANA in (request.headers.get("Diversion") or "")


async def test_a_3cx(stage: Stage) -> None:
    use(stage, "threecx")
    outside = await called(stage, "34600111222")
    assert "P-Asserted-Identity" not in outside.request.headers
    assert (outside.request.headers.get("Remote-Party-ID") or "").startswith("<sip:34910000001@")
    outside.rings(183, sdp())
    await stage.settle()
    assert "call.ringing" in stage.types()


async def test_early_sound_that_is_not_wanted_is_not_passed_on(stage: Stage) -> None:
    use(stage, "threecx")
    ana = await stage.call_from("101", "0600111222")
    stage.agent.to("34600111222").rings(183, sdp())
    await stage.settle()
    assert ana.early == []
    use(stage, "threecx", early_media=True)
    luis = await stage.call_from("102", "0600111333")
    stage.agent.to("34600111333").rings(183, sdp())
    await stage.settle()
    assert len(luis.early) == 1
