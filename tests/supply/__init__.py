"""Supply planning."""
