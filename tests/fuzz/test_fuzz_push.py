"""Whatever a browser says its subscription is, it is taken or refused with a reason; what is taken can be pushed to."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from web.api.push.endpoint import check_endpoint
from web.api.push.errors import BadKeyError, ForbiddenEndpointError
from web.api.push.recipient import AUTH_OCTETS, POINT_OCTETS, read_auth, read_key

PARTS = (
    "https://",
    "http://",
    "push.example.com",
    "127.0.0.1",
    "[::1]",
    "@",
    ":",
    "443",
    "/",
    "#",
    "?",
    ".",
    " ",
    "\n",
)
ADDRESSES = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PARTS), max_size=8).map("".join))
WRITTEN = st.one_of(st.text(max_size=100), st.text("ABCDwxyz0189-_=", max_size=100))


@given(ADDRESSES)
def test_only_push_services_are_taken(url: str) -> None:
    try:
        check_endpoint(url)
    except ForbiddenEndpointError:
        return
    parts = urlsplit(url)
    assert (parts.scheme, parts.port or 443) == ("https", 443)
    assert "." in (parts.hostname or "")


@given(WRITTEN)
def test_keys_are_read_or_refused(written: str) -> None:
    for read, octets in ((read_key, POINT_OCTETS), (read_auth, AUTH_OCTETS)):
        try:
            assert len(read(written)) == octets
        except BadKeyError:
            continue
