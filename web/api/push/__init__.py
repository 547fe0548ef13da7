"""Web Push: browsers that are not connected are told of a call (RFC 8030, RFC 8291, RFC 8292)."""
