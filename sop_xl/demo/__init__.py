"""The demo company: Adventure Works Cycles."""
