"""What SIP costs: calls, registrations, connections, messages (`make bench-sip`)."""
