"""Looks for the usual faults of an installation: one file for each kind, and what to do about it."""
