"""RFC 3261 §17, RFC 6026: the four state machines and their timers."""

import pytest

from pbx.sip.headers import Headers
from pbx.sip.message import Request, response_to
from pbx.sip.timing import Timing
from pbx.sip.transaction import (
    Action,
    Deliver,
    Input,
    State,
    TimedOut,
    Transaction,
    Transmit,
    TransportFailed,
    client_key,
    server_key,
)
from pbx.sip.transaction_client_invite import InviteClientTransaction
from pbx.sip.transaction_client_non_invite import NonInviteClientTransaction
from pbx.sip.transaction_server_invite import InviteServerTransaction
from pbx.sip.transaction_server_non_invite import NonInviteServerTransaction

KINDS = [
    InviteClientTransaction,
    NonInviteClientTransaction,
    InviteServerTransaction,
    NonInviteServerTransaction,
]


def request(method="INVITE", branch="z9hG4bK1"):
    return Request(
        method,
        "sip:b@h",
        [
            ("Via", f"SIP/2.0/UDP h;branch={branch}"),
            ("From", "<sip:a@h>;tag=1"),
            ("To", "<sip:b@h>"),
            ("Call-ID", "c"),
            ("CSeq", f"1 {method}"),
            ("Route", "<sip:p;lr>"),
        ],
    )


def make(kind, reliable=False):
    method = "INVITE" if kind in {InviteClientTransaction, InviteServerTransaction} else "OPTIONS"
    return kind(request(method), reliable=reliable, timing=Timing())


def kinds(transaction: Transaction):
    outputs, transaction.outputs = transaction.outputs, []
    return [type(output) for output in outputs]


def run(transaction: Transaction, until: float):
    """When something was sent or told, up to a time."""
    seen = []
    while transaction.deadline is not None and transaction.deadline <= until:
        at = transaction.deadline
        transaction.advance(at)
        seen += [(at, output) for output in kinds(transaction)]
    return seen


def respond(transaction, status, now=0.0):
    transaction.receive(response_to(transaction.request, status, to_tag="2"), now)


@pytest.mark.parametrize("kind", KINDS)
def test_every_transition_does_what_the_transaction_can_do(kind):
    for (state, what), (after, actions) in kind.TABLE.items():
        assert isinstance(state, State)
        assert isinstance(what, Input)
        assert isinstance(after, State)
        assert state is not State.TERMINATED
        for action in actions:
            assert isinstance(action, Action)
            assert callable(getattr(kind, action.value))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", list(Input))
def test_no_input_in_any_state_is_an_error(kind, what):
    for state in State:
        transaction = make(kind)
        transaction.state = state
        transaction._happen(what, 0.0, response_to(transaction.request, 200, to_tag="2"))


def test_invite_client_timer_a_and_b():
    transaction = make(InviteClientTransaction)
    transaction.start(0.0)
    assert kinds(transaction) == [Transmit]
    sent = run(transaction, 100)
    assert [at for at, kind in sent if kind is Transmit] == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert sent[-1] == (32.0, TimedOut)
    assert transaction.is_terminated


def test_invite_client_over_tcp_is_sent_once():
    transaction = make(InviteClientTransaction, reliable=True)
    transaction.start(0.0)
    kinds(transaction)
    assert run(transaction, 100) == [(32.0, TimedOut)]


def test_invite_client_stops_repeating_once_something_was_heard():
    transaction = make(InviteClientTransaction)
    transaction.start(0.0)
    respond(transaction, 100)
    assert kinds(transaction) == [Transmit, Deliver]
    assert transaction.deadline is None


def test_invite_client_acknowledges_each_repeated_failure_until_timer_d():
    transaction = make(InviteClientTransaction)
    transaction.start(0.0)
    kinds(transaction)
    respond(transaction, 486, 1.0)
    ack, told = transaction.outputs
    assert isinstance(told, Deliver)
    assert ack.data.startswith(b"ACK sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n")
    assert b"To: <sip:b@h>;tag=2" in ack.data
    assert b"Route: <sip:p;lr>" in ack.data
    kinds(transaction)
    respond(transaction, 486, 2.0)
    assert kinds(transaction) == [Transmit]
    transaction.advance(33.0)
    assert transaction.is_terminated


def test_invite_client_over_tcp_ends_with_the_failure():
    transaction = make(InviteClientTransaction, reliable=True)
    transaction.start(0.0)
    respond(transaction, 486, 1.0)
    transaction.advance(1.0)
    assert transaction.is_terminated


def test_invite_client_tells_every_2xx_until_timer_m():
    transaction = make(InviteClientTransaction)
    transaction.start(0.0)
    kinds(transaction)
    for now in (1.0, 2.0, 3.0):
        respond(transaction, 200, now)
    assert kinds(transaction) == [Deliver] * 3
    assert transaction.state is State.ACCEPTED
    transaction.advance(33.0)
    assert transaction.is_terminated


@pytest.mark.parametrize("kind", [InviteClientTransaction, NonInviteClientTransaction])
def test_a_client_whose_transport_fails_says_so(kind):
    transaction = make(kind)
    transaction.start(0.0)
    kinds(transaction)
    transaction.transport_failed(0.0)
    assert kinds(transaction) == [TransportFailed]
    assert transaction.is_terminated


def test_non_invite_client_timer_e_and_f():
    transaction = make(NonInviteClientTransaction)
    transaction.start(0.0)
    kinds(transaction)
    sent = run(transaction, 100)
    assert [at for at, kind in sent if kind is Transmit] == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert sent[-1] == (32.0, TimedOut)


def test_non_invite_client_repeats_each_t2_once_it_was_heard():
    transaction = make(NonInviteClientTransaction)
    transaction.start(0.0)
    respond(transaction, 100, 0.1)
    kinds(transaction)
    assert [at for at, _ in run(transaction, 9)] == [0.5, 4.5, 8.5]
    respond(transaction, 200, 9.0)
    assert kinds(transaction) == [Deliver]
    respond(transaction, 200, 9.5)
    assert kinds(transaction) == []
    transaction.advance(14.0)
    assert transaction.is_terminated


def test_invite_server_repeats_a_failure_until_the_ack():
    transaction = make(InviteServerTransaction)
    transaction.respond(response_to(transaction.request, 486, to_tag="2"), 0.0)
    kinds(transaction)
    assert [at for at, _ in run(transaction, 12)] == [0.5, 1.5, 3.5, 7.5, 11.5]
    assert transaction.receive_ack(12.0)
    assert transaction.state is State.CONFIRMED
    transaction.advance(17.0)
    assert transaction.is_terminated


def test_invite_server_gives_up_on_the_ack_after_timer_h():
    transaction = make(InviteServerTransaction)
    transaction.respond(response_to(transaction.request, 486, to_tag="2"), 0.0)
    assert run(transaction, 100)[-1] == (32.0, TimedOut)


def test_invite_server_in_accepted_absorbs_the_invite_and_leaves_the_ack_to_its_user():
    transaction = make(InviteServerTransaction)
    transaction.respond(response_to(transaction.request, 200, to_tag="2"), 0.0)
    assert kinds(transaction) == [Transmit]
    transaction.receive_again(1.0)
    assert kinds(transaction) == []
    assert not transaction.receive_ack(1.0)
    transaction.respond(response_to(transaction.request, 200, to_tag="2"), 1.0)
    assert kinds(transaction) == [Transmit]
    transaction.respond(response_to(transaction.request, 486, to_tag="2"), 1.0)
    assert kinds(transaction) == []
    transaction.advance(32.0)
    assert transaction.is_terminated


@pytest.mark.parametrize("kind", [InviteServerTransaction, NonInviteServerTransaction])
def test_a_server_repeats_its_last_response(kind):
    transaction = make(kind)
    transaction.receive_again(0.0)
    assert kinds(transaction) == []
    transaction.respond(response_to(transaction.request, 100), 0.0)
    transaction.receive_again(0.0)
    assert kinds(transaction) == [Transmit, Transmit]


@pytest.mark.parametrize(("reliable", "lasts"), [(False, 32.0), (True, 0.0)])
def test_non_invite_server_timer_j(reliable, lasts):
    transaction = make(NonInviteServerTransaction, reliable)
    asked = transaction.request
    transaction.respond(response_to(asked, 200, to_tag="2"), 0.0)
    transaction.receive_again(0.0)
    transaction.respond(response_to(asked, 500, to_tag="2"), 0.0)
    assert kinds(transaction) == [Transmit, Transmit]
    assert transaction.deadline == lasts
    transaction.advance(lasts)
    assert transaction.is_terminated


def test_keys():
    invite, ack = request("INVITE"), request("ACK")
    assert server_key(invite) == server_key(ack)
    assert server_key(invite) != server_key(request("CANCEL"))
    assert server_key(invite) != server_key(request("INVITE", "z9hG4bK2"))
    # one that is older than RFC 3261 may use a branch again
    old, other = request("INVITE", "1"), request("INVITE", "1")
    other.headers.set("call-id", "another")
    assert server_key(old) != server_key(other)
    response = response_to(invite, 200)
    assert client_key(response) == client_key(invite)
    assert isinstance(response.headers, Headers)
