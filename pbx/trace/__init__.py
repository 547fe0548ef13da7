"""The SIP of a call as it went over the wire: kept in bounded memory, masked, shown as a ladder or a capture. Pure."""
