"""Toll fraud: what may be dialled outside by whom, how much of it in an hour, and what is unusual. Pure.

Stolen accounts are turned into money by calls to dear numbers, many and long, at night. So dear kinds of numbers are
closed until somebody opens them, and an hour has an end for each extension and each trunk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

from config.company import Company, Person, Trunk
from config.security import DestinationClass, Spending, TollGuard
from pbx.routing.errors import TollRefusedError
from pbx.routing.toll_accounts import Account, Accounts, Entry, Over

SATELLITE = ("+870", "+878", "+881", "+882", "+883", "+888")
CLOSED_PREFIXES = (
    *("+1242", "+1246", "+1264", "+1268", "+1284", "+1345", "+1441", "+1473", "+1649", "+1664", "+1758", "+1767"),
    *("+1784", "+1809", "+1829", "+1849", "+1868", "+1869", "+1876", "+220", "+222", "+224", "+226", "+231", "+232"),
    *("+235", "+236", "+239", "+240", "+243", "+245", "+246", "+247", "+248", "+252", "+257", "+261", "+263", "+265"),
    *("+266", "+267", "+269", "+290", "+297", "+299", "+3712", "+37190", "+37517", "+3816", "+500", "+509", "+53"),
    *("+592", "+597", "+670", "+672", "+674", "+675", "+676", "+677", "+678", "+679", "+680", "+681", "+682", "+683"),
    *("+685", "+686", "+687", "+688", "+689", "+690", "+691", "+692", "+7840", "+7940", "+850", "+855", "+856"),
    *("+960", "+967", "+979", "+992", "+993"),
)
"""Prefixes to which stolen accounts are made to call (islands, revenue-share and unassigned ranges)."""

_CLASS_OF: dict[int, DestinationClass] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.PERSONAL_NUMBER: "shared_cost",
    PhoneNumberType.UAN: "shared_cost",
}


@dataclass(frozen=True, slots=True)
class Classified:
    """The kind of an outside number, and the country that it is in (ISO 3166, "" when it is in none)."""

    kind: DestinationClass
    country: str


def classify(number: str, country: str) -> Classified:
    """What an E.164 number is, dialled in ``country``."""
    if number.startswith("+979"):
        return Classified("premium", "")
    if number.startswith(SATELLITE):
        return Classified("satellite", "")
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return Classified("international", "")
    region = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(
        parsed.country_code or 0
    )
    kind = _CLASS_OF.get(phonenumbers.number_type(parsed), "national")
    if region == country or kind == "premium":
        return Classified(kind, region)
    return Classified("international", region)


Alarm = Callable[[str, str], None]


class Toll:
    """The guard of one company. ``alarm(what, detail)`` hears what supervisors should look at."""

    def __init__(self, company: Company, alarm: Alarm) -> None:
        self._alarm = alarm
        self.accounts = Accounts()
        self.configure(company)

    def configure(self, company: Company) -> None:
        """Go by these rules from now on; what has been spent stays spent."""
        self._rules: TollGuard = company.toll
        self._country = company.country
        closed = CLOSED_PREFIXES if self._rules.closed_prefixes is None else self._rules.closed_prefixes
        self._closed, self._open = tuple(closed), tuple(self._rules.open_prefixes)

    def check(self, number: str, person: Person | None, now: float) -> Classified:
        """Whether ``person`` (None: the company itself) may dial ``number`` now. Raises TollRefusedError."""
        found = classify(number, self._country)
        if person is not None:
            allowed = self._rules.classes.get(person.role, self._rules.everyday)
            if found.kind not in allowed:
                raise TollRefusedError("class_closed", f"{found.kind} numbers are not open to the role {person.role}")
        elif found.kind in {"premium", "satellite"}:
            raise TollRefusedError("class_closed", f"{found.kind} numbers are not dialled by the company itself")
        self._check_place(number, found)
        if person is not None:
            self._check_spending(f"extension {person.extension}", self._rules.per_extension, now)
        return found

    def check_trunk(self, trunk: Trunk, now: float) -> None:
        """Whether the trunk's hour has room for one more call. Raises TollRefusedError."""
        self._check_spending(f"trunk {trunk.name}", self._rules.per_trunk, now)

    def begin(self, number: str, person: Person | None, trunk: Trunk, now: float) -> Over:
        """A call goes out: it is on the account of both. Call what is returned, with the time, when it is over."""
        keys = [f"extension {person.extension}"] if person is not None else []
        if _is_bounded(self._rules.per_trunk):
            keys.append(f"trunk {trunk.name}")
        is_abroad = classify(number, self._country).kind in {"international", "satellite"}
        over = self.accounts.begin(Entry(now, number, trunk.name, is_abroad, tuple(keys)))
        for key in keys:
            self._watch(key, self.accounts.of(key), now)
        return over

    def spent(self, key: str, now: float) -> tuple[int, float]:
        """Calls and minutes of the last hour on the account of ``extension N`` or ``trunk NAME``."""
        return self.accounts.spent(key, now)

    def _check_place(self, number: str, found: Classified) -> None:
        closed = max((len(prefix) for prefix in self._closed if number.startswith(prefix)), default=0)
        opened = max((len(prefix) for prefix in self._open if number.startswith(prefix)), default=0)
        if closed and opened < closed and found.country != self._country:
            raise TollRefusedError("prefix_closed", f"numbers that begin with {number[:closed]} are closed")
        countries = self._rules.countries
        if found.kind == "international" and not opened and "*" not in countries and found.country not in countries:
            raise TollRefusedError("country_closed", f"calls to {found.country or 'that country'} are not open")

    def _check_spending(self, key: str, bound: Spending, now: float) -> None:
        if not _is_bounded(bound):
            return
        calls, minutes = self.spent(key, now)
        for spent, most, unit in (
            (calls, bound.calls_per_hour, "calls"),
            (minutes, bound.minutes_per_hour, "minutes"),
        ):
            if most is not None and spent >= most:
                account = self.accounts.of(key)
                if account.may_tell("bound", now):
                    self._alarm("toll_bound_reached", f"{key}: {most} {unit} outside within an hour; no more go out")
                raise TollRefusedError("hour_spent", f"{key} has used its {most} {unit} of this hour")

    def _watch(self, key: str, account: Account, now: float) -> None:
        rules = self._rules
        bound = rules.per_trunk if key.startswith("trunk ") else rules.per_extension
        calls, minutes = account.spent(now)
        shares = [
            spent / most for spent, most in ((calls, bound.calls_per_hour), (minutes, bound.minutes_per_hour)) if most
        ]
        if shares and max(shares) >= rules.alarm_at and account.may_tell("half", now):
            self._alarm("toll_unusual", f"{key}: {calls} calls and {minutes:.0f} minutes outside within an hour")
        if account.abroad >= rules.alarm_international_calls and account.may_tell("abroad", now):
            self._alarm("toll_unusual", f"{key}: {account.abroad} calls abroad within an hour")


def _is_bounded(bound: Spending) -> bool:
    return bound.calls_per_hour is not None or bound.minutes_per_hour is not None
