"""Demand: what will be wanted, from history to the consensus of all streams."""
