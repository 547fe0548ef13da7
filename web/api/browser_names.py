"""What a browser is called, and what it runs on, from its User-Agent header (RFC 9110 §10.1.5).

Browsers name those that they want to be taken for as well: the first mark found counts, the most particular first.
"""

from __future__ import annotations

MAX_USER_AGENT = 512

_BROWSERS = (
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
    ("Python", "Python"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """Such as ``Chrome``; empty when it is none of those known."""
    return _first(_BROWSERS, user_agent)


def system_of(user_agent: str) -> str:
    """Such as ``Linux``; empty when it is none of those known."""
    return _first(_SYSTEMS, user_agent)


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    said = user_agent[:MAX_USER_AGENT]
    return next((name for mark, name in marks if mark in said), "")
