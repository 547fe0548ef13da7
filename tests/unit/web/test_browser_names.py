"""What a browser is called, from what it says it is."""

from __future__ import annotations

import pytest

from web.api.browser_names import MAX_USER_AGENT, browser_of, system_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "named"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36", ("Chrome", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0", ("Edge", "Windows")),
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/131.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", ("Safari", "macOS")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) CriOS/126.0 Safari/604.1", ("Chrome", "iOS")),
        ("", ("", "")),
        ("x" * MAX_USER_AGENT + "Firefox/1 Linux", ("", "")),
    ],
)
def test_a_browser_and_its_system_have_names(user_agent: str, named: tuple[str, str]) -> None:
    assert (browser_of(user_agent), system_of(user_agent)) == named
