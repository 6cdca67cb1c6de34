"""Benchmarks: `make bench` prints them as a table, with ratios taken in the same run."""
