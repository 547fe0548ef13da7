"""The far end of a trunk."""

from __future__ import annotations

from typing import Any, Self

from tests.kit.call import Call
from tests.kit.message import written
from tests.kit.phone import Phone
from tests.kit.transport import Address


class Carrier(Phone):
    """The far end of the trunk: places calls to the company's numbers, and takes its outgoing ones.

    Known by its address, so it has no password; give ``auth_user`` and ``password`` to come from another port.
    """

    @classmethod
    async def listen(cls, server: Address, port: int = 0, **options: Any) -> Self:
        """Bind the carrier's address. Raises OSError."""
        return await cls.start(server, "carrier", bind=("127.0.0.1", port), **options)

    def place(self, number: str, caller: str | None, *, name: str = "", asserted: bool = True) -> Call:
        """A call from the world to ``number``. ``caller`` in E.164, or None when withheld (RFC 3325, RFC 3323)."""
        here = written(self.endpoint.transport.local)
        headers: list[tuple[str, str]] = []
        display = f'"{name}" ' if name else ""
        from_ = f"{display}<sip:{caller}@{here}>" if caller else "<sip:anonymous@anonymous.invalid>"
        if caller and asserted:
            headers.append(("P-Asserted-Identity", f"{display}<sip:{caller}@{here}>"))
        if caller is None:
            headers.append(("Privacy", "id"))
        return self.call(number, from_=from_, headers=headers)
