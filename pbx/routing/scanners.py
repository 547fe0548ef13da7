"""Programs that look for exchanges to break into say who they are: what they send is not answered at all."""

from __future__ import annotations

import re

from pbx.sip.message import Request

MAX_READ = 256

_NAMES = re.compile(
    r"friendly-scanner|friendly-request|sipvicious|sip-?scan|sipcli|sipptk|siparmyknife|sundayddr|\bsmap\b|iwar|pplsip"
    r"|vaxsip|vaxasip|mr\.?sip|sivus|nm@nm2",
    re.I,
)


def is_scanner(request: Request) -> bool:
    """Whether the sender names itself as one of the known scanners, in User-Agent or in From."""
    product = (request.headers.get("user-agent") or "")[:MAX_READ]
    return _NAMES.search(product) is not None or "sipvicious" in (request.headers.get("from") or "")[:MAX_READ].lower()
