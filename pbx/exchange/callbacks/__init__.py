"""Callbacks: customers who need not wait on the line, called when it is their turn."""
