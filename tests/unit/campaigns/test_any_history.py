"""What holds in any history of a campaign: agents come and go, contacts answer or not, the exchange starts again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from config.campaigns import CallingHours, Campaign
from pbx.campaigns.engine import Action, CampaignEngine, Contact, Dial, Done, Preview, Withdraw
from pbx.campaigns.hours import may_call, zones_of

MADRID = "Europe/Madrid"
FRIDAY_20 = datetime(2026, 11, 20, 19, 0, tzinfo=UTC).timestamp()  # in Madrid; in New York it is two in the afternoon
AGENTS = tuple(f"agent{which}" for which in range(5))
PLACES = ("+3460000", "+44207946", "+1212555")
RESULTS = ("answered", "busy", "no_answer", "failed", "machine")


class AnyHistory(RuleBasedStateMachine):
    """A campaign, and beside it a plain account of who is at work and who talks to whom."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = CampaignEngine("autumn")
        self.campaign = Campaign(name="autumn", queue="sales", hours=CallingHours(weekdays=("mon", "fri", "sat")))
        self.now = FRIDAY_20
        self.at_work: set[str] = set()
        self.calls: dict[str, str] = {}  # contact → agent; "" where a machine has the call to itself
        self.cut_off: dict[str, str] = {}  # calls of an earlier exchange that still go on
        self.shown: dict[str, str] = {}
        self.resting: dict[str, float] = {}
        self.attempts: dict[str, int] = {}
        self.numbers: dict[str, str] = {}
        self.unwanted: set[str] = set()
        self.done: set[str] = set()

    # --- What happens -------------------------------------------------------------------------------------------------

    @rule(place=some.sampled_from(PLACES), count=some.integers(1, 4))
    def contacts_are_added(self, place: str, count: int) -> None:
        for _ in range(count):
            which = str(len(self.numbers))
            number = f"{place}{int(which):04d}"
            assert self.engine.add(Contact(which, number))
            assert not self.engine.add(Contact("again", number))
            self.numbers[which] = number

    @rule(agent=some.sampled_from(AGENTS), comes=some.booleans())
    def an_agent_comes_or_goes(self, agent: str, comes: bool) -> None:
        (self.at_work.add if comes else self.at_work.discard)(agent)

    @rule(seconds=some.sampled_from((0.0, 1.0, 5.0, 60.0, 600.0, 3600.0, 40_000.0)))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(
        kind=some.sampled_from(("preview", "progressive")),
        attempts=some.integers(1, 3),
        rest_s=some.sampled_from((0, 5, 120)),
        pauses_s=some.dictionaries(some.sampled_from(("no_answer", "busy", "machine")), some.sampled_from((5, 900))),
    )
    def the_rules_change(self, **changed: Any) -> None:
        self.campaign = self.campaign.model_copy(update=changed)

    @rule(state=some.sampled_from(("running", "running", "paused", "stopped")))
    def a_supervisor_turns_it(self, state: Any) -> None:
        self.follows(self.engine.stop(state))
        assert state == "running" or not self.shown

    @precondition(lambda self: self.numbers)
    @rule(chance=some.randoms(use_true_random=False))
    def a_number_is_not_to_be_called(self, chance: Any) -> None:
        self.unwanted.add(self.numbers[chance.choice(sorted(self.numbers))])

    @rule(chance=some.randoms(use_true_random=False))
    def the_exchange_looks(self, chance: Any) -> None:
        free = sorted(self.at_work - set(self.calls.values()) - set(self.cut_off.values()))
        chance.shuffle(free)
        actions = self.engine.step(self.campaign, self.now, free, self.unwanted.__contains__, MADRID)
        dials = [one for one in actions if isinstance(one, Dial)]
        assert self.engine.state == "running" or not [one for one in actions if not isinstance(one, Withdraw)]
        assert len({one.login for one in dials}) == len(dials) <= len(free), "more calls than free agents"
        assert {one.login for one in dials} <= set(free), "an agent who is not free"
        self.follows(actions)

    @precondition(lambda self: self.shown)
    @rule(chance=some.randoms(use_true_random=False), starts=some.booleans())
    def an_agent_decides(self, chance: Any, starts: bool) -> None:
        contact = chance.choice(sorted(self.shown))
        login = self.shown.pop(contact)
        if starts:
            self.dialled(self.engine.start(contact, login, self.now))
        else:
            self.calls[contact] = login
            self.is_over(contact, self.engine.skip(contact, login, self.campaign, self.now), counts=True)

    @precondition(lambda self: self.calls)
    @rule(chance=some.randoms(use_true_random=False), result=some.sampled_from(RESULTS), counts=some.booleans())
    def a_call_ends(self, chance: Any, result: str, counts: bool) -> None:
        contact = chance.choice(sorted(self.calls))
        counts = counts or not self.calls[contact]
        last = self.engine.over(contact, result, self.campaign, self.now, counts=counts)
        self.is_over(contact, last, counts=counts)

    @precondition(lambda self: any(self.calls.values()))
    @rule(chance=some.randoms(use_true_random=False))
    def a_machine_has_the_call_to_itself(self, chance: Any) -> None:
        contact = chance.choice(sorted(one for one, login in self.calls.items() if login))
        self.engine.let_go(contact, self.campaign, self.now)
        self.resting[self.calls[contact]] = self.now + self.campaign.rest_s
        self.calls[contact] = ""

    @rule()
    def the_exchange_starts_again(self) -> None:
        """Calls under way may go on, and their agents with them; nobody is shown anything any more."""
        document = self.engine.document()()
        self.engine = CampaignEngine("autumn")
        self.engine.restore(document)
        self.cut_off |= self.calls
        self.calls, self.shown, self.resting = {}, {}, {}

    @precondition(lambda self: self.cut_off)
    @rule()
    def calls_of_before_end(self) -> None:
        self.cut_off.clear()

    # --- What holds ---------------------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_lost_and_nobody_is_called_twice_at_once(self) -> None:
        assert self.engine.open + sum(self.engine.tally.values()) == len(self.numbers)
        assert {one.id for one in self.engine.contacts} == set(self.numbers) - self.done
        assert self.engine.calling == len(self.calls)
        talking = [login for login in self.calls.values() if login]
        assert len(talking) == len(set(talking)), "an agent has two calls"
        assert not set(self.shown) & set(self.calls)
        for contact, login in self.shown.items():
            preview = self.engine.shown_to(login)
            assert preview is not None and preview.contact.id == contact

    def follows(self, actions: list[Action]) -> None:
        for action in actions:
            contact = action.contact.id
            match action:
                case Dial(login=login):
                    self.may_be_called(contact, login)
                    self.dialled(action)
                case Preview(login=login):
                    self.may_be_called(contact, login)
                    assert login not in self.shown.values()
                    self.shown[contact] = login
                case Withdraw(login=login):
                    assert self.shown.pop(contact) == login
                case Done():
                    assert contact not in self.calls
                    self.done.add(contact)

    def dialled(self, dial: Dial) -> None:
        contact = dial.contact.id
        assert contact not in self.calls
        assert dial.login not in self.calls.values()
        assert self.attempts.get(contact, 0) == dial.contact.attempts < max(self.campaign.attempts, 3)
        self.calls[contact] = dial.login

    def may_be_called(self, contact: str, login: str) -> None:
        number = self.numbers[contact]
        assert number not in self.unwanted
        assert may_call(self.campaign.hours, zones_of(number, MADRID), self.now)
        assert self.resting.get(login, 0.0) <= self.now, "an agent who rests"
        assert contact not in self.done

    def is_over(self, contact: str, last: bool, *, counts: bool) -> None:
        login = self.calls.pop(contact)
        if login:
            self.resting[login] = self.now + self.campaign.rest_s
        self.attempts[contact] = self.attempts.get(contact, 0) + counts
        if last:
            self.done.add(contact)
        else:
            assert self.attempts[contact] < self.campaign.attempts


AnyHistory.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAnyHistory = AnyHistory.TestCase
