"""The monthly cycle: what the last one said, and the key figures of this one."""
