"""One installation on disk: its folders and settings, who may write, what is kept and for how long.

What belongs here: installation, locks, releases as folders, mending and throwing away, memory, opening a database. What
does not: any work of a hop, dbt, Dagster.
"""
