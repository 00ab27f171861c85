"""The parts of the fan-out benchmark: servers, the load, and what is read of both."""
