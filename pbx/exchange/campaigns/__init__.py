"""Outgoing campaigns: the engines of `pbx.campaigns`, kept, driven and commanded."""
