"""The registrar's table by RFC 3261 §10.3."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.net.hop import Hop
from pbx.routing.bindings import Added, Bindings, Registration, Removed, RequestedContact
from pbx.routing.errors import RegistrationRefusedError
from pbx.sip.uri import parse_uri

HOP = Hop("udp", ("192.0.2.1", 5062))


def contact(user: str = "101", port: int = 5062, expires_s: int = 3600, **more) -> RequestedContact:
    return RequestedContact(parse_uri(f"sip:{user}@192.0.2.1:{port}"), expires_s, **more)


def register(*contacts: RequestedContact, call_id: str = "c", cseq: int = 1, hop: Hop = HOP) -> Registration:
    return Registration(contacts, call_id, cseq, hop)


def unregister_all(call_id: str = "c", cseq: int = 2) -> Registration:
    return Registration(None, call_id, cseq, HOP)


def ports(bindings: Bindings, now: float = 0.0) -> list[int | None]:
    return [binding.uri.port for binding in bindings.of("101", now)]


def test_a_device_registers_and_refreshes() -> None:
    bindings = Bindings()
    (first,) = bindings.register("101", register(contact()), 0.0)
    assert isinstance(first, Added)
    assert first.is_new
    (again,) = bindings.register("101", register(contact(), cseq=2), 100.0)
    assert isinstance(again, Added)
    assert not again.is_new
    assert bindings.of("101", 100.0)[0].remaining_s(100.0) == 3600


def test_several_devices_of_one_person() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(port=5062)), 0.0)
    bindings.register("101", register(contact(port=5063), call_id="d"), 0.0)
    bindings.register("102", register(contact(port=5064), call_id="e"), 0.0)
    assert sorted(ports(bindings)) == [5062, 5063]


def test_one_request_with_two_contacts() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(port=1), contact(port=2)), 0.0)
    assert sorted(ports(bindings)) == [1, 2]


def test_the_preferred_device_comes_first() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(port=1, q=0.3), contact(port=2, q=0.9), contact(port=3, q=0.5)), 0.0)
    assert ports(bindings) == [2, 3, 1]


def test_zero_seconds_unregister_one_device() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(port=1), contact(port=2)), 0.0)
    (gone,) = bindings.register("101", register(contact(port=1, expires_s=0), cseq=2), 0.0)
    assert isinstance(gone, Removed)
    assert gone.cause == "unregistered"
    assert ports(bindings) == [2]


def test_unregistering_what_is_not_there_is_fine() -> None:
    assert Bindings().register("101", register(contact(expires_s=0)), 0.0) == []


def test_a_star_unregisters_everything() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(port=1), contact(port=2)), 0.0)
    assert len(bindings.register("101", unregister_all(), 0.0)) == 2
    assert ports(bindings) == []


def test_a_query_changes_nothing() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact()), 0.0)
    assert bindings.register("101", register(cseq=2), 0.0) == []
    assert ports(bindings) == [5062]


@pytest.mark.parametrize("expires_s", [1, 30, 59])
def test_too_short_a_time_is_423_with_the_shortest(expires_s: int) -> None:
    with pytest.raises(RegistrationRefusedError) as error:
        Bindings().register("101", register(contact(expires_s=expires_s)), 0.0)
    assert error.value.status == 423
    assert error.value.headers == (("Min-Expires", "60"),)


@pytest.mark.parametrize(("asked", "given_s"), [(60, 60), (7200, 7200), (7201, 7200), (2**32 - 1, 7200)])
def test_the_time_is_cut_to_two_hours(asked: int, given_s: int) -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(expires_s=asked)), 0.0)
    assert bindings.of("101", 0.0)[0].remaining_s(0.0) == given_s


@pytest.mark.parametrize("cseq", [4, 5])
def test_an_older_request_of_the_same_call_id_changes_nothing(cseq: int) -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(), cseq=5), 0.0)
    for late in (register(contact(expires_s=0), cseq=cseq), unregister_all(cseq=cseq)):
        with pytest.raises(RegistrationRefusedError) as error:
            bindings.register("101", late, 0.0)
        assert error.value.status == 500
    assert ports(bindings) == [5062]


def test_a_restarted_phone_has_another_call_id_and_may_count_from_one() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(), cseq=500), 0.0)
    bindings.register("101", register(contact(), call_id="new", cseq=1), 0.0)
    assert ports(bindings) == [5062]


def test_all_or_nothing() -> None:
    bindings = Bindings()
    with pytest.raises(RegistrationRefusedError):
        bindings.register("101", register(contact(port=1), contact(port=2, expires_s=5)), 0.0)
    assert ports(bindings) == []


def test_a_device_with_an_instance_replaces_its_own_contact() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(user="a", instance="<urn:uuid:1>")), 0.0)
    bindings.register("101", register(contact(user="b", instance="<urn:uuid:1>"), call_id="d"), 0.0)
    bindings.register("101", register(contact(user="c", instance="<urn:uuid:2>"), call_id="e"), 0.0)
    assert sorted(binding.uri.user for binding in bindings.of("101", 0.0)) == ["b", "c"]


def test_the_oldest_of_too_many_makes_room() -> None:
    bindings = Bindings(max_bindings=3)
    for n in range(5):
        changes = bindings.register("101", register(contact(port=n + 1), call_id=f"c{n}"), float(n))
    assert sorted(ports(bindings, 5.0)) == [3, 4, 5]
    assert [change.cause for change in changes if isinstance(change, Removed)] == ["replaced"]


def test_what_has_expired_is_gone_at_once_and_told_once() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(expires_s=60)), 0.0)
    assert bindings.next_expiry() == 60.0
    assert ports(bindings, 60.0) == []
    assert [removed.cause for removed in bindings.expire(60.0)] == ["expired"]
    assert bindings.expire(60.0) == []
    assert bindings.next_expiry() is None


def test_a_lost_connection_takes_its_devices_with_it() -> None:
    bindings = Bindings()
    bindings.register("101", register(contact(port=1), hop=replace(HOP, transport="tcp", connection=7)), 0.0)
    bindings.register("101", register(contact(port=2), call_id="d"), 0.0)
    assert [removed.cause for removed in bindings.connection_lost(7)] == ["connection_lost"]
    assert bindings.connection_lost(0) == []
    assert ports(bindings) == [2]


def test_restoring_keeps_what_can_still_be_reached() -> None:
    bindings, later = Bindings(), Bindings()
    bindings.register("101", register(contact(port=1, expires_s=60)), 0.0)
    bindings.register("101", register(contact(port=2), call_id="d"), 0.0)
    bindings.register("101", register(contact(port=3), call_id="e", hop=replace(HOP, transport="tcp")), 0.0)
    gone = later.restore(bindings.everything(), 100.0)
    assert ports(later, 100.0) == [2]
    assert sorted(removed.cause for removed in gone) == ["connection_lost", "expired"]


STEPS = st.lists(
    st.tuples(
        st.integers(1, 4),  # port
        st.sampled_from([0, 59, 60, 600, 9999]),
        st.integers(1, 3),  # phone: its Call-ID
        st.integers(0, 400),  # seconds until the next step
        st.booleans(),  # a star instead
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_added_minus_removed_is_what_is_there(steps) -> None:
    bindings, alive, now, cseq = Bindings(max_bindings=3), {}, 0.0, 0
    for port, expires_s, phone, wait, star in steps:
        cseq += 1
        asked = (
            unregister_all(f"c{phone}", cseq)
            if star
            else register(contact(port=port, expires_s=expires_s), call_id=f"c{phone}", cseq=cseq)
        )
        try:
            changes = bindings.register("101", asked, now)
        except RegistrationRefusedError as refused:
            assert refused.status == 423
            continue
        for change in changes:
            if isinstance(change, Added):
                assert change.is_new is (change.binding.uri.port not in alive)
                alive[change.binding.uri.port] = change.binding
            else:
                assert alive.pop(change.binding.uri.port) is change.binding
        assert {binding.uri.port for binding in bindings.of("101", now)} == set(alive)
        assert len(alive) <= 3
        now += wait
        for gone in bindings.expire(now):
            assert alive.pop(gone.binding.uri.port).expires_at <= now
        expiry = bindings.next_expiry()
        assert expiry is None or expiry > now
