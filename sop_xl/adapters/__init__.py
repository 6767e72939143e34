"""What the ports are made of: files, memory, solvers."""
