"""Spoken input: an interface, engines behind it, each in a process of its own."""
