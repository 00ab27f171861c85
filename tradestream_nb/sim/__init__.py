"""A market and an account that exist only in memory; what is in `tws` speaks of them to IB clients."""
