"""A stand-in for Trader Workstation: real IB clients connect to it over TCP, and trade a simulated market."""
