"""Whatever is dialled, written or sent, routing answers with a result or with its documented errors."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from config.loading import load_company_file
from pbx.exchange.server import COMMANDS, checked
from pbx.net.hop import Hop
from pbx.refusals import BadRequestError
from pbx.routing import numbers
from pbx.routing.blocklist import Blocklist, Rule
from pbx.routing.dialplan import Dialplan, ToCode, ToDestination, ToOutside, Unknown
from pbx.routing.errors import RegistrationRefusedError
from pbx.routing.register_request import read_register
from pbx.routing.saved_bindings import from_document
from pbx.routing.trunks import caller_of
from pbx.sip.errors import RemoteError
from pbx.sip.parse import parse

EXAMPLES = 100 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
PLAN = Dialplan(load_company_file())
SOURCE = Hop("udp", ("192.0.2.1", 5060))

DIALLED = st.one_of(st.text(max_size=80), st.text(alphabet="0123456789*#+ -();=", max_size=40))
HEADER = st.tuples(
    st.sampled_from(
        ["Contact", "Expires", "From", "To", "Via", "P-Asserted-Identity", "Privacy", "Require", "CSeq", "User-Agent"]
    ),
    st.one_of(
        st.text(alphabet=st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"]), max_size=60),
        st.sampled_from(
            ["*", "<sip:101@192.0.2.1>;expires=0", "<sip:101@[::1]:5060;ob>;q=1e9", '"', "<tel:+34>", "id"]
        ),
    ),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(DIALLED)
def test_dialled(text: str) -> None:
    assert isinstance(PLAN.from_phone(text), ToDestination | ToOutside | ToCode | Unknown)
    assert isinstance(PLAN.from_trunk(text), ToDestination | Unknown)
    assert isinstance(PLAN.from_menu(text), ToDestination | Unknown)
    PLAN.extensions_starting_with(text)
    for result in (numbers.normalise(text), numbers.caller_id(text), numbers.outside(text)):
        assert result is None or numbers.is_e164(result)
    assert Blocklist([Rule(text)]).match("+34600111222") is None or text.strip()


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(HEADER, max_size=8), st.sampled_from(["REGISTER", "INVITE"]))
def test_headers(headers: list[tuple[str, str]], method: str) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    message = f"{method} sip:101@pbx.example SIP/2.0\r\n{head}Call-ID: 1\r\nContent-Length: 0\r\n\r\n".encode()
    try:
        request = parse(message)
    except RemoteError:
        return
    for read in (lambda: read_register(request, SOURCE), lambda: caller_of(request)):
        try:
            read()
        except (RegistrationRefusedError, RemoteError):
            pass


@settings(max_examples=EXAMPLES, deadline=None)
@given(JSON)
def test_saved_bindings(document: Any) -> None:
    from_document(document)
    from_document({"version": 1, "bindings": document if isinstance(document, list) else [document]})


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(sorted(COMMANDS)), JSON)
def test_commands(name: str, payload: Any) -> None:
    try:
        values = checked(name, payload)
    except BadRequestError:
        return
    assert set(values) == set(COMMANDS[name])
