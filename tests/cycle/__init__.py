"""Tests of the monthly cycle."""
