"""Supply planning: the linear programme, how it is solved level by level, and what it says to a planner."""
