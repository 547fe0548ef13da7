"""Where trunks are, while name servers say nothing."""

from __future__ import annotations

import asyncio

from config.company import Trunk
from pbx.net.hop import Hop
from pbx.net.resolve import Locator
from pbx.routing.trunk_addresses import TrunkAddresses
from pbx.sip.uri import Uri


class Silent(Locator):
    """A name server that answers for one host only."""

    async def locate(self, uri: Uri) -> list[Hop]:
        if uri.host != "there.example":
            await asyncio.get_running_loop().create_future()
        return [Hop("udp", ("192.0.2.1", 5060))]


async def test_a_silent_name_server_holds_nobody_up() -> None:
    there, lost = (Trunk(name=name, host=f"{name}.example", caller_id="+34910000000") for name in ("there", "lost"))
    addresses = TrunkAddresses(Silent(), clock=lambda: 0.0)
    addresses.configure((there, lost))
    try:
        async with asyncio.timeout(5):
            await addresses.start(within_s=0.01)
        assert addresses.hops(there) == (Hop("udp", ("192.0.2.1", 5060)),)
        assert addresses.hops(lost) == ()
    finally:
        await addresses.stop()
