"""Measurements of speed, run by hand (`make bench`); what they found is written to docs/benchmarks.md."""
