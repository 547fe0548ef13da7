"""What can go wrong with traces."""


class TraceError(Exception):
    """Base of this package's errors: what should be a traced message is none."""
