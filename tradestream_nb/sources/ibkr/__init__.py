"""Interactive Brokers as a source: the only home of ib_insync and ib_async."""
