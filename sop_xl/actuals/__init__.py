"""Actuals on their way in: a paste of raw cells becomes a checked batch; pure functions, nothing is written."""
