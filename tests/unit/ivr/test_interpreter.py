"""How a caller is led through a flow."""

from __future__ import annotations

import pytest

from ivr.actions import Action, Leave, Play, StopPlaying, Tell
from ivr.errors import UnknownMenuError
from ivr.interpreter import MAX_UNASKED_STEPS, PLAYING_AT_MOST_S, Interpreter
from ivr.testing import match
from pbx.events import CallRated, MenuChoice, MenuEntered, MenuLeft
from pbx.ports import Digit, Match, Played, TimedOut
from tests.unit.ivr.flows import EXTENSIONS, MENU, call, flow


def test_a_key_that_no_extension_begins_with_is_taken_at_once() -> None:
    caller = call(flow(MENU))
    caller.presses("2")
    caller.arrives("queue:support", within_s=0)


def test_a_key_that_could_begin_an_extension_waits_for_the_next() -> None:
    caller = call(flow(MENU))
    caller.presses("1")
    caller.waits(1.4)
    assert caller.arrived is None
    caller.arrives("queue:sales", within_s=0.2)


def test_a_number_sign_ends_what_was_typed_at_once() -> None:
    caller = call(flow(MENU))
    caller.presses("1#")
    caller.arrives("queue:sales", within_s=0)


def test_an_extension_goes_to_its_person_at_once_when_none_is_longer() -> None:
    caller = call(flow(MENU))
    caller.presses("101")
    caller.arrives("person:101", within_s=0)


def test_an_extension_that_is_the_beginning_of_another_waits() -> None:
    caller = call(flow(MENU))
    caller.presses("10")
    assert caller.arrived is None
    caller.arrives("person:10", within_s=1.6)
    longer = call(flow(MENU))
    longer.presses("1055")
    longer.arrives("person:1055", within_s=0)


def test_a_code_is_one_wrong_answer_whatever_its_digits_are() -> None:
    caller = call(flow(MENU.replace('"*": hang_up', '"4": {queue: other}')))
    caller.presses("*242")
    assert caller.arrived is None
    assert [event.outcome for event in caller.events if isinstance(event, MenuChoice)] == ["wrong"]
    caller.waits(2)
    caller.presses("2")
    caller.arrives("queue:support", within_s=0)


def test_digits_that_lead_nowhere_are_a_wrong_answer() -> None:
    caller = call(flow(MENU))
    caller.presses("19")
    caller.hears("Eso no vale")
    caller.hears("Uno o dos")
    caller.presses("70")
    caller.waits(1.6)
    assert [event.outcome for event in caller.events if isinstance(event, MenuChoice)] == ["wrong", "wrong"]


def test_a_star_is_an_option_like_any_other_and_no_code() -> None:
    caller = call(flow(MENU))
    caller.presses("*")
    caller.arrives("hangup", within_s=0)


def test_three_wrong_or_missing_answers_lead_to_the_fallback() -> None:
    caller = call(flow(MENU))
    caller.presses("5")
    caller.hears("Eso no vale")
    caller.hears("No le oigo")
    caller.presses("#")
    caller.arrives("ring_group:reception", within_s=0)
    outcomes = [event.outcome for event in caller.events if isinstance(event, MenuChoice)]
    assert outcomes == ["wrong", "none", "wrong"]


def test_silence_is_counted_from_the_end_of_the_prompt() -> None:
    caller = call(flow(MENU))
    caller.hears("Uno o dos.")
    caller.waits(4.9)
    assert len(caller.said) == 1
    caller.waits(0.2)
    assert len(caller.said) == 2


def test_repeat_says_the_options_again_and_keeps_the_count() -> None:
    caller = call(flow(MENU))
    for _ in range(2):
        caller.presses("5")
        caller.presses("9")
    caller.presses("5")
    caller.arrives("ring_group:reception", within_s=0)


def test_a_digit_stops_the_prompt() -> None:
    interpreter = _interpreter(MENU)
    (play,) = [action for action in interpreter.begin(0) if isinstance(action, Play)]
    actions = interpreter.handle(Digit("1"), 0.5)
    assert StopPlaying() in actions
    assert interpreter.handle(Played(play.play_id), 0.6) == []
    assert interpreter.deadline() == 2.0


def test_a_prompt_whose_end_nobody_reports_counts_as_over() -> None:
    interpreter = _interpreter(MENU)
    interpreter.begin(0)
    assert interpreter.deadline() == PLAYING_AT_MOST_S
    interpreter.handle(TimedOut(), PLAYING_AT_MOST_S)
    assert interpreter.deadline() == PLAYING_AT_MOST_S + 5


def test_time_that_comes_too_early_changes_nothing() -> None:
    interpreter = _interpreter(MENU)
    interpreter.begin(0)
    interpreter.handle(Digit("1"), 1)
    assert interpreter.handle(TimedOut(), 1.2) == []


def test_what_is_not_a_key_is_not_heard() -> None:
    interpreter = _interpreter(MENU)
    interpreter.begin(0)
    for digit in ("A", "", "12", "x" * 1000):
        assert interpreter.handle(Digit(digit), 1) == []


def test_events_tell_the_way() -> None:
    caller = call(flow(MENU))
    caller.presses("101")
    assert caller.events == [
        MenuEntered("test", "es"),
        MenuChoice("test", "start", "101", "extension"),
        MenuLeft("test", "start", "person:101"),
    ]


SAY_FIRST = """
start:
  say: {prompt: {es: Bienvenido a la casa.}, next: options}
legal:
  say: {prompt: {es: Se graba la llamada.}, barge_in: false, next: options}
options:
  menu:
    prompt: {es: Uno o dos.}
    options: {1: {queue: sales}, 2: legal}
    fallback: hang_up
"""


def test_a_digit_during_a_message_cuts_it_short_and_answers_what_follows() -> None:
    caller = call(flow(SAY_FIRST))
    caller.waits(0.5)
    caller.presses("1")
    caller.arrives("queue:sales", within_s=0)
    caller.never_hears("Uno o dos")


def test_a_message_that_must_be_heard_is_not_cut_short() -> None:
    caller = call(flow(SAY_FIRST))
    caller.presses("2")
    caller.presses("111")
    caller.hears("Se graba la llamada.")
    caller.hears("Uno o dos.")
    assert caller.arrived is None


QUESTIONS = """
start:
  input:
    prompt: {es: Número de cliente.}
    wrong: {es: Demasiado corto.}
    into: customer
    min_digits: 3
    max_digits: 5
    next: said
    fallback: hang_up
said:
  say: {prompt: {es: "Su número es {customer}."}, next: rate}
rate:
  survey:
    prompt: {es: Valore del uno al cinco.}
    next: hang_up
    fallback: hang_up
"""


def test_digits_are_collected_until_there_are_enough_or_a_number_sign_ends_them() -> None:
    caller = call(flow(QUESTIONS))
    caller.presses("12#")
    caller.hears("Demasiado corto")
    caller.presses("9*123#")
    caller.hears("Su número es 1 2 3.")
    full = call(flow(QUESTIONS))
    full.presses("12345")
    full.hears("Su número es 1 2 3 4 5.")
    paused = call(flow(QUESTIONS))
    paused.presses("123")
    paused.hears("Su número es 1 2 3.", within_s=7)


def test_a_rating_lands_on_the_call_and_other_keys_do_not() -> None:
    caller = call(flow(QUESTIONS, start="rate"))
    caller.presses("6")
    caller.presses("0")
    caller.presses("3")
    caller.arrives("hangup", within_s=0)
    assert [event for event in caller.events if isinstance(event, CallRated)] == [CallRated(3)]


def test_keys_typed_ahead_are_kept_for_the_questions_that_follow() -> None:
    caller = call(flow(SAY_FIRST.replace("2: legal", "2: deeper") + _DEEPER))
    caller.presses("21", between_s=0)
    caller.arrives("person:101", within_s=0)


_DEEPER = """
deeper:
  menu:
    prompt: {es: Y ahora.}
    options: {1: {person: "101"}}
    fallback: hang_up
"""

BRANCHES = """
start:
  caller: {known: known, withheld: {queue: sales}}
known:
  language: {set: en, next: hours}
hours:
  hours:
    week: {mon-fri: ["09:00-14:00"]}
    open: {queue: support}
    closed: closed
closed:
  say: {prompt: {es: Cerrado., en: Closed.}, next: hang_up}
"""


def test_branches_on_the_caller_the_language_and_the_hours() -> None:
    branches = flow(BRANCHES, languages="[es, en]")
    call(branches, number=None).arrives("queue:sales", within_s=0)
    monday_noon, monday_night = 1_767_610_800.0, 1_767_650_000.0  # 2026-01-05, 12:00 and 22:53 in Madrid
    call(branches, at=monday_noon).arrives("queue:support", within_s=0)
    late = call(branches, at=monday_night)
    late.hears("Closed.")
    assert late.language == "en"


def test_a_flow_leads_into_another_and_both_are_told() -> None:
    first = flow("start:\n  go: {menu: second}", name="first")
    second = flow(MENU, name="second")
    caller = call(first, second)
    caller.presses("2")
    caller.arrives("queue:support")
    assert caller.events[:3] == [
        MenuEntered("first", "es"),
        MenuLeft("first", "start", "menu:second"),
        MenuEntered("second", "es"),
    ]


def test_flows_that_lead_into_each_other_forever_let_the_caller_go() -> None:
    ping = flow("start:\n  go: {menu: pong}", name="ping")
    pong = flow("start:\n  go: {menu: ping}", name="pong")
    call(ping, pong).arrives("hangup", within_s=0)


def test_a_menu_that_falls_back_to_itself_lets_a_silent_caller_go() -> None:
    caller = call(flow(MENU.replace("{ring_group: reception}", "start")))
    caller.arrives("hangup", within_s=MAX_UNASKED_STEPS * 20)


def test_a_caller_who_presses_keys_forever_is_let_go() -> None:
    interpreter = _interpreter(MENU.replace("{ring_group: reception}", "start"))
    interpreter.begin(0)
    actions: list[Action] = []
    for number in range(5000):
        actions = interpreter.handle(Digit("5"), number / 10)
        if interpreter.over:
            break
    assert any(isinstance(action, Leave) and action.destination.kind == "hangup" for action in actions)


def test_a_caller_who_begins_an_entry_again_forever_is_let_go() -> None:
    interpreter = _interpreter(QUESTIONS)
    interpreter.begin(0)
    for number in range(5000):
        if interpreter.over:
            break
        interpreter.handle(Digit("1*"[number % 2]), number / 10)
    assert interpreter.over


def test_after_the_end_nothing_happens() -> None:
    interpreter = _interpreter(MENU)
    interpreter.begin(0)
    interpreter.handle(Digit("2"), 1)
    assert interpreter.over
    assert interpreter.deadline() is None
    assert interpreter.handle(Digit("1"), 2) == []
    assert interpreter.handle(TimedOut(), 999) == []


def test_a_language_that_the_flow_does_not_have_becomes_its_first() -> None:
    caller = call(flow(MENU), language="en")
    assert caller.said[0].language == "es"


def test_an_unknown_menu_is_refused() -> None:
    with pytest.raises(UnknownMenuError, match="allowed: none"):
        Interpreter({}, "main", language="es", number=None, match=lambda _: Match.NONE)


def test_what_was_typed_may_be_nothing_the_beginning_of_or_a_whole_extension() -> None:
    assert [match(EXTENSIONS, digits) for digits in ("2", "1", "10", "101")] == [
        Match.NONE,
        Match.PREFIX,
        Match.EXACT_AND_PREFIX,
        Match.EXACT,
    ]


def _interpreter(nodes: str) -> Interpreter:
    return Interpreter(
        {"test": flow(nodes)}, "test", language="es", number=None, match=lambda digits: match(EXTENSIONS, digits)
    )


def test_the_first_thing_told_is_that_the_menu_was_entered() -> None:
    assert _interpreter(MENU).begin(0)[0] == Tell(MenuEntered("test", "es"))
