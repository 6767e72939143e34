"""Finite scheduling beneath the monthly plan: its quantities as lots, in working time, one after the other."""
