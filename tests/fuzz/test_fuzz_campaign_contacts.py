"""Whatever file is given as a campaign's contacts, it is taken over or refused with a reason."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pbx.exchange.campaigns.asked import MAX_NAME
from web.api.errors import InvalidError
from web.api.resources.campaigns import read_contacts

CELLS = st.one_of(st.text(max_size=30), st.sampled_from(["600111222", "+442079460123", '"', ",", ";", "\0", "\r"]))


@given(st.one_of(st.binary(max_size=400), st.lists(st.lists(CELLS, max_size=4), max_size=20)))
def test_a_file_is_taken_over_or_refused(given: bytes | list[list[str]]) -> None:
    if isinstance(given, bytes):
        content = given
    else:
        lines = "\n".join(",".join(row) for row in given)
        content = f"number,name\n{lines}".encode("utf-8", "replace")
    try:
        contacts = read_contacts(content, "ES")
    except InvalidError as refused:
        assert refused.faults
        return
    assert contacts
    for one in contacts:
        assert one["number"].startswith("+") and len(one["name"]) <= MAX_NAME and "\0" not in one["name"]
