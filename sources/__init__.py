"""From the web to raw tables: registry, snapshots, documents, observations, terms.

Pure Python. Nothing here imports Dagster, dbt or Great Expectations (a test proves it), so that a notebook or
another orchestrator can use the parser alone.
"""
