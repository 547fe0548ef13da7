"""The exchange's SIP sockets and timers: thin drivers around ``pbx.sip``."""
