"""A market and an account that exist only in memory: no I/O, no clock, the same again for the same seed."""
