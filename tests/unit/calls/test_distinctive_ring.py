"""Alert-Info says where a call comes from, unless something else is said of how to ring."""

import pytest

from pbx.calls.distinctive_ring import EXTERNAL, INTERNAL, QUEUE, ring_headers
from pbx.calls.party import Party

COLLEAGUE = Party("102", login="luis", extension="102")
CUSTOMER = Party("+34600111222", trunk="carrier")


@pytest.mark.parametrize(
    ("caller", "queue", "said"), [(COLLEAGUE, None, INTERNAL), (CUSTOMER, None, EXTERNAL), (CUSTOMER, "sales", QUEUE)]
)
def test_a_colleague_the_outside_and_a_queue_ring_differently(caller, queue, said):
    assert ring_headers(caller, COLLEAGUE, queue, ()) == [("Alert-Info", said)]


def test_a_trunk_is_told_nothing():
    assert ring_headers(COLLEAGUE, CUSTOMER, None, ()) == []


def test_who_is_to_answer_by_itself_is_told_nothing_else():
    assert ring_headers(CUSTOMER, COLLEAGUE, "sales", [("Alert-Info", "<urn:alert:service:auto-answer>")]) == []
