"""A year of monthly cycles, driven by the command line, and every figure of it computed a second time."""
