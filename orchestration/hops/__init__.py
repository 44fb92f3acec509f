"""The data flow from catalogue to raw tables: what is stale, the work, and the gate before the lake.

What belongs here: hops, their plan, their processes, the gate. What does not: how a page is fetched, read or extracted
(``sources``), dbt, Dagster.
"""
