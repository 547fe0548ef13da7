"""What each kind of node does with a caller."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.check import check_flow
from ivr.errors import ScriptError
from ivr.scripted_world import ScriptedWorld, WebReply
from ivr.testing import PlayedCaller
from pbx.events import MenuChoice
from pbx.ports import Identity
from tests.unit.ivr.flows import EXTENSIONS, document, flow


def caller(nodes: str, *others: Any, world: ScriptedWorld | None = None, **more: Any) -> PlayedCaller:
    flows = {one.name: one for one in (flow(nodes), *others)}
    return PlayedCaller(flows, "test", extensions=EXTENSIONS, world=world, **more)


def faults_of(nodes: str) -> list[str]:
    return [str(fault) for fault in check_flow(document(nodes), "test")]


def test_play_plays_a_file_and_goes_on() -> None:
    played = caller("start: {play: {file: jingle, next: {queue: sales}}}")
    played.hears("(jingle)")
    played.arrives("queue:sales")


@pytest.mark.parametrize("kind", ["queue", "person", "room", "voicemail", "ring_group", "callback"])
def test_a_destination_is_a_node_of_its_own(kind: str) -> None:
    caller(f"start: {{{kind}: x1}}").arrives(f"{kind}:x1")


def test_hang_up_is_a_node() -> None:
    caller("start: {hang_up: {}}").arrives("hangup")


NUMBER = """
start:
  input:
    prompt: {es: Su número de cliente.}
    into: customer
    min_digits: 4
    max_digits: 8
    check: luhn
    confirm: true
    next: said
    fallback: {queue: sales}
said: {say: {prompt: {es: "Gracias, {customer}."}, next: {queue: vip}}}
"""


def test_a_wrong_check_digit_is_asked_again_and_a_right_one_is_read_back() -> None:
    typing = caller(NUMBER)
    typing.presses("1234#")
    typing.hears("no es correcto")
    typing.hears("Su número")
    typing.presses("18#")
    typing.presses("1230#")
    typing.hears("Ha marcado: 1 2 3 0")
    typing.presses("2")
    typing.hears("Su número")
    typing.presses("1230#")
    typing.presses("1")
    typing.hears("Gracias, 1 2 3 0")
    typing.arrives("queue:vip")


def test_nothing_confirmed_goes_to_the_fallback() -> None:
    typing = caller(NUMBER)
    typing.presses("1230#")
    typing.arrives("queue:sales")


WORDS = """
start:
  menu:
    prompt: {es: Diga ventas o pulse uno.}
    options: {"1": {queue: sales}, "2": {queue: support}}
    words: {"1": {es: [ventas, Comprar algo]}}
    fallback: {ring_group: reception}
"""


def test_an_option_can_be_said() -> None:
    speaking = caller(WORDS)
    speaking.says("comprar  ALGO")
    speaking.arrives("queue:sales", within_s=2)
    assert [event.outcome for event in speaking.events if isinstance(event, MenuChoice)] == ["spoken"]


def test_keys_are_always_a_way_out_of_spoken_input() -> None:
    pressing = caller(WORDS)
    pressing.hears("pulse uno")
    pressing.waits(2)
    pressing.presses("2")
    pressing.arrives("queue:support", within_s=0)


def test_words_that_are_not_understood_are_a_wrong_answer() -> None:
    speaking = caller(WORDS)
    for _ in range(3):
        speaking.says("quiero una pizza")
    speaking.arrives("ring_group:reception")


def test_nobody_listens_where_no_words_are_given() -> None:
    with pytest.raises(ScriptError, match="nobody listens"):
        caller(WORDS.replace("words:", "#")).says("ventas")


CRM = """
start: {crm: {known: tell, unknown: {queue: sales}}}
tell: {branch: {when: [{if: contact_vip, to: vip}], otherwise: {queue: support}}}
vip: {say: {prompt: {es: "Hola, {contact_name}."}, next: {person: "101"}}}
"""


def test_the_crm_decides() -> None:
    caller(CRM).arrives("queue:sales")
    caller(CRM, world=ScriptedWorld(contact=Identity("1", "Ana Gil"))).arrives("queue:support")
    vip = caller(CRM, world=ScriptedWorld(contact=Identity("1", "Ana Gil", vip=True)))
    vip.hears("Hola, Ana Gil")
    vip.arrives("person:101")


WEB = """
start: {web: {url: "https://shop.example/orders/{number}", save: {state: order.0.state, late: days}, timeout_s: 2,
              next: tell, fallback: {queue: sales}}}
tell: {branch: {when: [{if: 'late > 3 and state == "sent"', to: {queue: support}}], otherwise: hang_up}}
"""


def test_a_web_service_answers_and_its_values_are_branched_on() -> None:
    reply = WebReply(json={"order": [{"state": "sent"}], "days": 5})
    caller(WEB, world=ScriptedWorld(web=[reply])).arrives("queue:support", within_s=1)


@pytest.mark.parametrize(
    "reply",
    [
        WebReply(hangs=True),
        WebReply(status=500),
        WebReply(nonsense=True),
        WebReply(json={"order": [{"state": ["sent"]}], "days": 5}),
    ],
)
def test_a_web_service_in_trouble_takes_the_fallback_within_its_time(reply: WebReply) -> None:
    calling = caller(WEB, world=ScriptedWorld(web=[reply]))
    calling.arrives("queue:sales", within_s=2)
    assert [note.what for note in calling.notes] == ["web_request_failed"]


def test_what_is_missing_in_an_answer_is_none() -> None:
    calling = caller(WEB, world=ScriptedWorld(web=[WebReply(json=[])]))
    calling.arrives("hangup")
    assert "expression_failed" in [note.what for note in calling.notes]


RING = "start: {ring: {people: [ana, 102], timeout_s: 15, no_answer: {voicemail: 100}}}"


def test_ring_goes_on_in_the_flow_when_nobody_answers() -> None:
    ringing = caller(RING)
    ringing.waits(14)
    assert ringing.arrived is None
    ringing.arrives("voicemail:100", within_s=2)


def test_who_answers_has_the_caller() -> None:
    caller(RING, world=ScriptedWorld(answering=frozenset({"102"}))).arrives("person:102", within_s=4)


TRANSFER = """
start: {input: {prompt: {es: Número.}, into: wanted, max_digits: 12, next: go, fallback: hang_up}}
go: {transfer: {to: 'default("", wanted)', allowed: ["+34"], fallback: {queue: sales}}}
"""


@pytest.mark.parametrize(("typed", "arrives"), [("101", "person:101"), ("999", "queue:sales"), ("0101", "queue:sales")])
def test_transfer_reaches_extensions_only(typed: str, arrives: str) -> None:
    calling = caller(TRANSFER)
    calling.presses(typed + "#")
    calling.arrives(arrives)


@pytest.mark.parametrize(("to", "arrives"), [("+34600111222", "number:+34600111222"), ("+882123456", "queue:sales")])
def test_transfer_goes_outside_only_where_a_prefix_is_allowed(to: str, arrives: str) -> None:
    nodes = f"start: {{transfer: {{to: '\"{to}\"', allowed: ['+34'], fallback: {{queue: sales}}}}}}"
    caller(nodes).arrives(arrives)


def test_a_sub_flow_returns_with_its_variables() -> None:
    sub = flow("start: {set: {values: {tries: 2}, next: return}}", name="sub")
    nodes = """
    start: {flow: {name: sub, next: tell}}
    tell: {branch: {when: [{if: tries == 2, to: {queue: sales}}], otherwise: hang_up}}
    """
    text = document(nodes).replace("nodes:", "variables: [tries]\nnodes:")
    from ivr.check import load_flow

    main = load_flow(text, "test")
    calling = PlayedCaller({"test": main, "sub": sub}, "test", extensions=EXTENSIONS)
    calling.arrives("queue:sales")


def test_return_without_a_caller_ends_the_call() -> None:
    caller("start: {go: return}").arrives("hangup")


def test_flows_that_call_each_other_forever_let_the_caller_go() -> None:
    calling = caller("start: {flow: {name: test, next: hang_up}}")
    calling.arrives("hangup")
    assert [note.what for note in calling.notes] == ["not_called"]


RECORD = """
start:
  record:
    prompt: {es: Diga su pedido.}
    box: "100"
    max_s: 30
    next: thanks
    fallback: {queue: sales}
thanks: {say: {prompt: {es: Gracias.}, next: hang_up}}
"""


def test_a_message_is_taken_and_the_flow_goes_on() -> None:
    speaking = caller(RECORD, world=ScriptedWorld(speaks_s=6))
    speaking.hears("Gracias")
    speaking.arrives("hangup")


def test_a_message_that_is_too_short_takes_the_fallback_and_a_number_sign_ends_one() -> None:
    caller(RECORD, world=ScriptedWorld(speaks_s=0.4)).arrives("queue:sales")
    ending = caller(RECORD, world=ScriptedWorld(speaks_s=25))
    ending.hears("pedido")
    ending.waits(5)
    ending.presses("#")
    ending.hears("Gracias", within_s=1)


def test_a_night_switch_closes_whatever_the_hours_say() -> None:
    nodes = 'start: {hours: {week: {mon-sun: ["00:00-24:00"]}, switch: night, open: {queue: sales}, closed: hang_up}}'
    caller(nodes).arrives("queue:sales")
    caller(nodes, world=ScriptedWorld(on=frozenset({"night"}))).arrives("hangup")


@pytest.mark.parametrize(
    ("nodes", "fault"),
    [
        ('start: {set: {values: {a: "1 +"}, next: hang_up}}', "'1 +' cannot be read at character"),
        ("start: {set: {values: {a: b}, next: hang_up}}", "no variable 'b'; allowed: a, dialled, number"),
        ("start: {branch: {when: [{if: open(1), to: hang_up}], otherwise: hang_up}}", "no function 'open'"),
        ('start: {web: {url: "ftp://example", next: hang_up, fallback: hang_up}}', "allowed: http:// or https://"),
        ('start: {web: {url: "http://{number}/x", next: hang_up, fallback: hang_up}}', "a host without variables"),
        ('start: {web: {url: "http://a/{x}", next: hang_up, fallback: hang_up}}', "no variable 'x'"),
        (WORDS.replace('"1": {es', '"7": {es'), "no option '7'; every word stands for a key"),
        (WORDS.replace("Comprar algo", "VENTAS"), "'VENTAS' stands for two keys"),
        (NUMBER.replace("min_digits: 4", "min_digits: 1"), "allowed: 3 and more where a check digit is asked for"),
    ],
)
def test_faults_are_refused_with_line_and_reason(nodes: str, fault: str) -> None:
    faults = faults_of(nodes)
    assert len(faults) == 1
    assert fault in faults[0]
    assert faults[0].startswith("test.yaml:")
