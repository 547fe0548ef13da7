"""Every kind of place that a caller can be at, one file each."""
