"""Frames between Centralita's own processes: length-prefixed msgpack over Unix sockets."""
