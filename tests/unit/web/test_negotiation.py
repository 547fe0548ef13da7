"""Accept headers (RFC 9110 §12.5.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.api.errors import NotAcceptableError
from web.api.resources.negotiation import choose

WAV, OGG = "audio/wav", "audio/ogg"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, WAV),
        ("", WAV),
        ("*/*", WAV),
        ("audio/*", WAV),
        ("audio/ogg", OGG),
        ("audio/wav;q=0.5, audio/ogg", OGG),
        ("audio/ogg;q=0, */*", WAV),
        ("*/*;q=0.1, AUDIO/OGG ; q=0.2", OGG),
        ("text/html, */*;q=0.8", WAV),
    ],
)
def test_the_heaviest_type_wins(accept: str | None, chosen: str) -> None:
    assert choose(accept, (WAV, OGG)) == chosen


@pytest.mark.parametrize("accept", ["text/html", "audio/wav;q=0, audio/ogg;q=0", "audio/ogg;q=loud", ","])
def test_nothing_that_can_be_made(accept: str) -> None:
    with pytest.raises(NotAcceptableError):
        choose(accept, (WAV, OGG))


@given(st.text())
def test_any_header_is_answered_or_refused(accept: str) -> None:
    try:
        assert choose(accept, (WAV, OGG)) in (WAV, OGG)
    except NotAcceptableError:
        pass
