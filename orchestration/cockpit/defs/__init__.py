"""Dagster's definitions, one folder per hop; the work itself is in `hops/`, `warehouse/`, `release/`."""
