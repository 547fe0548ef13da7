import pytest

from tests.kit import message
from tests.kit.digest import authorization, parse_challenge
from tests.kit.errors import MessageError
from tests.kit.sdp import Ours, build, parse

INVITE = (
    b"INVITE sip:+34910000001@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKx\r\n"
    b'f: "Carmen"\r\n <sip:+34600111222@192.0.2.9>;tag=a1\r\nt: <sip:+34910000001@192.0.2.1>\r\ni: c1\r\n'
    b"CSeq: 1 INVITE\r\nl: 2\r\n\r\nhi and more"
)


def test_compact_and_folded_headers_are_read() -> None:
    invite = message.parse(INVITE)
    assert invite.branch == "z9hG4bKx"
    assert message.display_name(invite["From"]) == "Carmen"
    assert message.user_of(message.uri_of(invite["From"])) == "+34600111222"
    assert message.parameter(invite["From"], "tag") == "a1"
    assert invite.body == b"hi"


def test_a_message_is_the_same_after_building_and_parsing() -> None:
    invite = message.parse(INVITE)
    assert message.parse(invite.to_bytes()) == invite


def test_a_response_repeats_what_it_owes() -> None:
    ringing = message.response_to(message.parse(INVITE), 180, to_tag="b2")
    assert [name for name, _ in ringing.headers] == ["via", "from", "to", "call-id", "CSeq"]
    assert message.parameter(ringing["To"], "tag") == "b2"


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"HELLO\r\n\r\n", b"OPTIONS sip:a SIP/2.0\r\nnonsense\r\n\r\n"])
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(MessageError):
        message.parse(raw)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_of_the_rfc_example(algorithm: str, response: str) -> None:
    """RFC 7616 §3.9.1."""
    challenge = parse_challenge(
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    assert challenge is not None
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    value = authorization(challenge, "Mufasa", "Circle of Life", "GET", "/dir/index.html", cnonce=cnonce)
    assert f'response="{response}"' in value


def test_a_description_is_read_as_it_was_written() -> None:
    audio = parse(build(Ours("192.0.2.1", 4000, ("PCMA", "PCMU"), "sendonly", 96), 5, 2))
    assert (audio.address, audio.port, audio.direction, audio.telephone_event) == ("192.0.2.1", 4000, "sendonly", 96)
    assert audio.chosen(("PCMU", "PCMA")) == (8, "PCMA")
