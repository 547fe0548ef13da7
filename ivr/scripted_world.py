"""What is around a played caller: the CRM, web services, colleagues and night switches, as a script describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ivr.errands import Done, Found, Heard, Listen, LookUp, Result, RingPeople, Rung, Taken, Wanted
from pbx.ports import Identity, WebAnswer, WebRequest

LOOK_UP_S = 0.05
WEB_S = 0.2
ANSWER_S = 3.0


@dataclass(frozen=True, slots=True)
class WebReply:
    """What a web service answers: JSON with a status, or nonsense, or it hangs. Used in order, the last one again."""

    status: int = 200
    json: Any = None
    nonsense: bool = False
    hangs: bool = False


@dataclass(slots=True)
class ScriptedWorld:
    """``contact``: who the CRM says is calling; ``answering``: the extensions that answer; ``on``: night switches.

    ``speaks_s``: how long the caller speaks where a message is taken.
    """

    contact: Identity | None = None
    web: Sequence[WebReply] = ()
    answering: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()
    speaks_s: float = 5.0
    asked: int = 0

    def result_of(self, wanted: Wanted) -> tuple[float, Result] | None:
        """After how many seconds an errand comes back, and with what; None: never."""
        match wanted:
            case LookUp():
                return LOOK_UP_S, Found(self.contact)
            case WebRequest():
                return self._web(wanted)
            case RingPeople(people=people, timeout_s=timeout_s):
                who = next((one for one in people if one in self.answering), None)
                return (ANSWER_S if who is not None else timeout_s), Rung(who)
            case Listen():
                return None
            case _:
                return min(self.speaks_s, wanted.max_s), Taken(min(self.speaks_s, wanted.max_s))

    @staticmethod
    def cut_short(done: Done, left_s: float) -> Done:
        """What comes of an errand that is ended ``left_s`` before its time."""
        if isinstance(done.result, Taken):
            return replace(done, result=Taken(max(0.0, done.result.seconds - left_s)))
        return done

    def _web(self, fetch: WebRequest) -> tuple[float, Result]:
        if not self.web:
            return WEB_S, WebAnswer(fault="the script has no answer for it")
        reply = self.web[min(self.asked, len(self.web) - 1)]
        self.asked += 1
        if reply.hangs:
            return fetch.timeout_s, WebAnswer(fault=f"no answer in {fetch.timeout_s:g} s")
        if not 200 <= reply.status < 300:
            return WEB_S, WebAnswer(fault=f"status {reply.status}")
        return WEB_S, WebAnswer(fault="not JSON") if reply.nonsense else WebAnswer(reply.json)


def heard(wanted: Listen, words: str) -> Heard:
    """What an engine makes of ``words``: a phrase it waits for, or something that is none of them."""
    return Heard(words) if words in wanted.phrases else Heard("(something else)")
