"""RFC 3261 §19.1, RFC 3966, RFC 5118: URIs."""

import pytest

from pbx.sip.errors import UriError
from pbx.sip.uri import Uri, parse_uri, split_host_port


@pytest.mark.parametrize(
    "text",
    [
        "sip:alice@atlanta.com",
        "sip:alice:secret@atlanta.com;transport=tcp",
        "sips:1212@gateway.com",
        "sip:+34910000001@127.0.0.1:5090",
        "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
        "sip:[2001:db8::10]:5070;lr",
        "sip:alice;day=tuesday@atlanta.com",
        "sip:*97@10.0.0.1",
        "tel:+34-910-000-001;phone-context=example.com",
        "urn:service:sos",
    ],
)
def test_a_uri_is_written_as_it_was_read(text):
    assert str(parse_uri(text)) == text


def test_parts():
    uri = parse_uri("sip:al%69ce:se%63ret@Atlanta.COM:5070;Transport=TCP;lr?subject=project%20x&priority=urgent")
    assert uri == Uri(
        "sip",
        "alice",
        "Atlanta.COM",
        5070,
        (("transport", "TCP"), ("lr", None)),
        (("subject", "project x"), ("priority", "urgent")),
        "secret",
    )
    assert uri.parameter("lr") == ""
    assert uri.parameter("maddr") is None
    assert uri.aor == "alice@atlanta.com"


def test_a_hash_in_a_user_is_escaped():
    assert str(Uri("sip", "#21#", "x")) == "sip:%2321%23@x"
    assert parse_uri("sip:%2321%23@x").user == "#21#"


def test_ipv6_hosts_are_kept_without_brackets():
    assert split_host_port("[2001:db8::1]:5060") == ("2001:db8::1", 5060)
    assert str(Uri("sip", "a", "2001:db8::1", 5060)) == "sip:a@[2001:db8::1]:5060"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "sip:",
        "sip:@host",
        "sip:a@",
        "sip:a@b c",
        "sip:a@host:99999",
        "sip:a@host:port",
        "sip:a@[::zz]",
        "sip:a@[::1",
        "sip:a@[::1]x",
        "sip:%zz@host",
        "sip:a@b@c",
        "sip:a@-host",
        "sip:<a>@host",
        "tel:not a number",
        "tel:hello",
        "1sip:a@b",
        "sip:a@" + "x" * 300,
        'sip:a@"host"',
        "sip:a@b\r\nEvil: yes",
        "sip:a@host;=value",
        "sip:a@ho\x00st",
    ],
)
def test_what_is_no_uri(text):
    with pytest.raises(UriError):
        parse_uri(text)


def test_one_that_is_too_long_gets_414():
    with pytest.raises(UriError) as error:
        parse_uri("sip:" + "a" * 5000 + "@b")
    assert error.value.status == 414


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # the examples of §19.1.4
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp", True),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", True),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", True),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
            True,
        ),
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", False),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", False),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", False),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", False),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", False),
    ],
)
def test_comparison(one, other, same):
    assert parse_uri(one).matches(parse_uri(other)) is same
