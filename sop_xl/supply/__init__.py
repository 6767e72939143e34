"""Supply: the linear programme of production, procurement, distribution, stock and backlog."""
