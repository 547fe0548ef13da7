"""Outgoing campaigns: who is to be called next, by whom, and when. Pure: times and free agents come in."""
