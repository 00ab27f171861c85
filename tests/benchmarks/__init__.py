"""Benchmarks: what the README and the aims claim, measured side by side with the peers they name."""
