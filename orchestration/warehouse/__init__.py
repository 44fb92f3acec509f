"""Between the lake and dbt: what the models read, what a build has to build again, dbt's process, what it told.

What does not belong here: the models (``transforms/dbt_project``), Dagster.
"""
