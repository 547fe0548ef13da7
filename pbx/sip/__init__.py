"""SIP without I/O: bytes, ids and ``now`` come in, events and bytes go out (RFC 3261 and what extends it)."""
