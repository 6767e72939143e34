"""Large plans in seconds, with a proven gap: prices on what is shared, everything else in closed form."""
