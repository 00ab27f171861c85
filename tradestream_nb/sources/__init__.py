"""Where events come from: simulated, replayed, asked for, or pushed by a broker."""
