"""A test phone, a caller's script and a server under test, as a small library that shares no code with the product.

``Phone`` is a SIP phone with real sound, ``Carrier`` the other end of a trunk, ``Call`` one call of either,
``CallerScript`` a caller who follows a list of steps, ``Api`` and ``EventStream`` the product's HTTP side, ``Server``
the product itself as processes. ``analysis`` says what a piece of sound is.
"""

from tests.kit.api import Api, EventStream
from tests.kit.call import Call
from tests.kit.caller import CallerScript
from tests.kit.carrier import Carrier
from tests.kit.errors import ApiError, CallFailedError, KitError, NothingCameError, ServerFailedError
from tests.kit.phone import Phone
from tests.kit.server import Server

__all__ = [
    "Api",
    "ApiError",
    "Call",
    "CallFailedError",
    "CallerScript",
    "Carrier",
    "EventStream",
    "KitError",
    "NothingCameError",
    "Phone",
    "Server",
    "ServerFailedError",
]
