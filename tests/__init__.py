"""The tests of sop_xl."""
