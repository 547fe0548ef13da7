"""RFC 3261 §12: dialogs."""

import pytest

from pbx.sip.dialog import Dialog, OutOfOrderError
from pbx.sip.errors import MalformedError
from pbx.sip.message import Request, response_to


def invite(*extra):
    return Request(
        "INVITE",
        "sip:b@h",
        [
            ("Via", "SIP/2.0/UDP h;branch=z9hG4bK1"),
            ("From", '"A" <sip:a@h>;tag=1'),
            ("To", "<sip:b@h>"),
            ("Call-ID", "c"),
            ("CSeq", "7 INVITE"),
            ("Contact", "<sip:a@10.0.0.2:5070>"),
            *extra,
        ],
    )


def test_the_server_keeps_the_route_in_order_and_the_client_in_reverse():
    routes = (("Record-Route", "<sip:p2;lr>, <sip:p1;lr>"),)
    request = invite(*routes)
    server = Dialog.of_server(request, "2")
    assert server.route_set == ("<sip:p2;lr>", "<sip:p1;lr>")
    assert (server.local, server.remote, server.remote_sequence) == ("<sip:b@h>;tag=2", '"A" <sip:a@h>;tag=1', 7)
    response = response_to(request, 200, to_tag="2", headers=[("Contact", "<sip:b@10.0.0.3>")])
    client = Dialog.of_client(request, response)
    assert client.route_set == ("<sip:p1;lr>", "<sip:p2;lr>")
    assert str(client.next_hop) == "sip:p1;lr"
    bye = client.request("BYE")
    assert bye.uri_text == "sip:b@10.0.0.3"
    assert bye.headers.every("route") == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert str(bye.cseq) == "8 BYE"
    assert client.ack(7).cseq.number == 7


def test_a_strict_router_finds_itself_in_the_request_line():
    dialog = Dialog.of_server(invite(("Record-Route", "<sip:strict>"), ("Record-Route", "<sip:p1;lr>")), "2")
    bye = dialog.request("BYE")
    assert bye.uri_text == "sip:strict"
    assert bye.headers.every("route") == ["<sip:p1;lr>", "<sip:a@10.0.0.2:5070>"]


def test_requests_must_not_be_older_than_those_before():
    dialog = Dialog.of_server(invite(), "2")
    request = invite()
    request.headers.set("cseq", "6 INVITE")
    with pytest.raises(OutOfOrderError):
        dialog.take(request)
    later = invite()
    later.headers.set("cseq", "9 INVITE")
    dialog.take(later)
    assert dialog.remote_sequence == 9


@pytest.mark.parametrize("contact", [None, "<sip:a@b>, <sip:c@d>", "<tel:+34910000001>", "*"])
def test_an_invite_must_have_one_contact(contact):
    request = invite()
    request.headers.remove("contact")
    if contact is not None:
        request.headers.add("contact", contact)
    with pytest.raises(MalformedError):
        Dialog.of_server(request, "2")


def test_an_answer_without_contact_is_reached_where_the_request_went():
    request = invite()
    assert str(Dialog.of_client(request, response_to(request, 200, to_tag="2")).remote_target) == "sip:b@h"


def test_header_parameters_of_a_contact_do_not_get_into_a_request_line():
    request = invite()
    request.headers.set("contact", "<sip:a@10.0.0.2?Subject=x>")
    assert Dialog.of_server(request, "2").request("BYE").uri_text == "sip:a@10.0.0.2"
