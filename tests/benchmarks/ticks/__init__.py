"""The parts of the benchmark `ibkr`."""
