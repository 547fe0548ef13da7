"""RFC 7616, RFC 8760: challenges and credentials, from both sides."""

import pytest

from pbx.sip.digest import (
    ALGORITHMS,
    Denied,
    DigestServer,
    Stale,
    Verified,
    check_target,
    digest_hash,
    expected_response,
    ha1,
    parse_digest,
)
from pbx.sip.digest_client import Credentials, authorize
from pbx.sip.errors import DigestError
from pbx.sip.message import Request, Response
from pbx.sip.nonces import Nonces

NOW = 1_800_000_000.0
SERVER = DigestServer("pbx", b"secret", lifetime_s=300)


def known(username, realm, algorithm):
    return ha1(username, realm, "demo-101", algorithm) if username == "101" else None


def credentials_for(challenges, password="demo-101", username="101", method="REGISTER"):
    request = Request(method, "sip:10.0.0.1", [("CSeq", f"1 {method}"), ("Via", "x")])
    response = Response(401, headers=[("WWW-Authenticate", value) for value in challenges])
    again = authorize(request, response, Credentials(username, password), "cnonce1")
    return again.headers.get("authorization")


def test_md5_is_offered_first_and_sha_256_second():
    offered = [parse_digest(challenge) for challenge in SERVER.challenge("10.0.0.2", NOW)]
    assert [challenge["algorithm"] for challenge in offered] == ["MD5", "SHA-256"]
    assert offered[0]["qop"] == "auth"


@pytest.mark.parametrize("which", [0, 1, 2], ids=["MD5", "SHA-256", "SHA-512-256"])
def test_the_right_password_is_verified(which):
    server = DigestServer("pbx", b"secret", algorithms=tuple(ALGORITHMS))
    challenge = server.challenge("10.0.0.2", NOW)[which]
    value = credentials_for([challenge])
    assert server.verify(value, "REGISTER", "10.0.0.2", known, NOW + 10) == Verified("101")


@pytest.mark.parametrize(("username", "password"), [("101", "wrong"), ("999", "demo-101"), ("999", "")])
def test_a_wrong_password_and_an_unknown_user_are_told_alike(username, password):
    value = credentials_for(SERVER.challenge("10.0.0.2", NOW), password, username)
    assert SERVER.verify(value, "REGISTER", "10.0.0.2", known, NOW) == Denied(username)


def test_credentials_of_another_method_are_denied():
    value = credentials_for(SERVER.challenge("10.0.0.2", NOW))
    assert SERVER.verify(value, "INVITE", "10.0.0.2", known, NOW) == Denied("101")


@pytest.mark.parametrize(("source", "later"), [("10.0.0.2", 301), ("10.0.0.3", 1), ("10.0.0.2", -60)])
def test_an_old_nonce_and_one_of_another_address_are_stale(source, later):
    value = credentials_for(SERVER.challenge("10.0.0.2", NOW))
    assert SERVER.verify(value, "REGISTER", source, known, NOW + later) == Stale("101")


def test_a_nonce_that_we_did_not_make_is_stale():
    value = credentials_for(DigestServer("pbx", b"other").challenge("10.0.0.2", NOW))
    assert SERVER.verify(value, "REGISTER", "10.0.0.2", known, NOW) == Stale("101")
    value = credentials_for(['Digest realm="pbx", nonce="made up", qop="auth"'])
    assert SERVER.verify(value, "REGISTER", "10.0.0.2", known, NOW) == Stale("101")


def test_credentials_prove_somebody_once():
    value = credentials_for(SERVER.challenge("10.0.0.2", NOW))
    assert SERVER.verify(value, "REGISTER", "10.0.0.2", known, NOW) == Verified("101")
    assert SERVER.verify(value, "REGISTER", "10.0.0.2", known, NOW) == Stale("101")


def test_a_nonce_counts_its_uses_and_a_later_one_spends_the_earlier():
    nonces = Nonces(b"secret", 300)
    nonce = nonces.make("10.0.0.2", NOW)
    assert nonces.make("10.0.0.2", NOW) != nonce
    assert [nonces.use(nonce, uses, "10.0.0.2", NOW) for uses in (1, 2, 2, 5, 4, 0)] == [
        True, True, False, True, False, False,
    ]  # fmt: skip


def test_what_was_forgotten_for_room_proves_nobody():
    nonces = Nonces(b"secret", 300, max_used=2)
    made = [nonces.make("h", NOW + second) for second in range(4)]
    assert [nonces.use(nonce, 1, "h", NOW + 4) for nonce in made[:3]] == [True, True, True]
    assert not nonces.use(made[0], 2, "h", NOW + 4)
    assert nonces.use(made[3], 1, "h", NOW + 4)


@pytest.mark.parametrize("nonce", ["", "-", "zz-0-1", "1-" + "f" * 200, "\udcff-1", "í-1"])
def test_a_nonce_of_any_shape_is_refused_and_no_more(nonce):
    assert not Nonces(b"secret", 300).use(nonce, 1, "h", NOW)


@pytest.mark.parametrize("uri", ["sip:102@pbx", "sip:102@10.0.0.1:5060", "sip:10.0.0.1;transport=UDP"])
def test_credentials_are_for_whom_the_request_is_for(uri):
    check_target(f'Digest uri="{uri}"', "sip:102@pbx")


@pytest.mark.parametrize("uri", ["sip:103@pbx", "http://pbx/102", "102", ""])
def test_credentials_for_another_request_are_refused(uri):
    with pytest.raises(DigestError):
        check_target(f'Digest uri="{uri}"', "sip:102@pbx")


def test_credentials_for_another_realm_are_denied():
    value = credentials_for(DigestServer("other", b"secret").challenge("10.0.0.2", NOW))
    assert SERVER.verify(value, "REGISTER", "10.0.0.2", known, NOW) == Denied("101")


@pytest.mark.parametrize(
    "value",
    [
        "Basic abc",
        "Digest",
        'Digest username="101"',
        'Digest username="101", realm="pbx", nonce="n", uri="u", response="r", algorithm=SHA-1',
        'Digest username="101", realm="pbx", nonce="n", uri="u", response="r", qop=auth',
        'Digest username="101", realm="pbx", nonce="n", uri="u", response="r", qop=auth-int, nc=1, cnonce="c"',
        "Digest a b=c",
        "Digest " + "x" * 5000,
    ],
)
def test_credentials_that_cannot_be_read(value):
    with pytest.raises(DigestError):
        SERVER.verify(value, "REGISTER", "10.0.0.2", known, NOW)


def test_the_example_of_rfc_7616():
    # §3.9.1
    given = {
        "uri": "/dir/index.html",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "qop": "auth",
    }
    for algorithm, response in (
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ):
        secret = ha1("Mufasa", "http-auth@example.org", "Circle of Life", algorithm)
        assert expected_response(secret, "GET", algorithm, given) == response


def test_a_challenge_without_qop_is_answered_as_of_old():
    value = parse_digest(credentials_for(['Digest realm="r", nonce="n"']))
    assert "cnonce" not in value
    a2 = digest_hash("MD5", "REGISTER:sip:10.0.0.1")
    assert value["response"] == digest_hash("MD5", f"{ha1('101', 'r', 'demo-101')}:n:{a2}")


def test_the_first_challenge_that_can_be_answered_is():
    value = credentials_for(
        [
            'Digest realm="r", nonce="n", algorithm=TOP-SECRET, qop="auth"',
            'Digest realm="r", nonce="n", qop="auth-int"',
            'Digest realm="r", nonce="n2", algorithm=SHA-256, qop="auth,auth-int", opaque="o,p"',
            'Digest realm="r", nonce="n3"',
        ]
    )
    assert (parse_digest(value)["nonce"], parse_digest(value)["opaque"]) == ("n2", "o,p")


def test_nothing_is_sent_again_when_nothing_can_be_answered_or_it_was_refused_already():
    request = Request("INVITE", "sip:a@b", [("CSeq", "1 INVITE")])
    assert authorize(request, Response(401), Credentials("a", "b"), "c") is None
    challenge = [("WWW-Authenticate", 'Digest realm="r", nonce="n"')]
    again = authorize(request, Response(401, headers=challenge), Credentials("a", "b"), "c")
    assert again.cseq.number == 2
    assert authorize(again, Response(401, headers=challenge), Credentials("a", "b"), "c") is None
    stale = [("WWW-Authenticate", 'Digest realm="r", nonce="n2", stale=TRUE')]
    assert authorize(again, Response(401, headers=stale), Credentials("a", "b"), "c").cseq.number == 3


def test_a_password_is_not_shown():
    assert "word" not in repr(Credentials("a", "word"))
