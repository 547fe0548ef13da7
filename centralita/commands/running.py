"""A server that runs learns at once what the command line has changed."""

from __future__ import annotations

from config.settings import Settings
from pbx.facade import Exchange, ExchangeUnavailableError
from pbx.ipc.connection import RequestFailedError

CONNECT_S = 1.0


async def tell_running_server(settings: Settings) -> bool:
    """Have the running exchange read the company again, and the office with it; whether there was one."""
    if not settings.exchange_socket.exists():
        return False
    exchange = Exchange(settings.exchange_socket)
    await exchange.start()
    try:
        await exchange.wait_connected(CONNECT_S)
        await exchange.reload()
    except (ExchangeUnavailableError, RequestFailedError):
        return False
    finally:
        await exchange.close()
    return True
