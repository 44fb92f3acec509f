"""Several machines: how a run reaches another one, is watched there and is ended (docs/cluster.md).

What belongs here: Dagster's settings for it, the launcher, the worker. What does not: what a run does, which knows of
no machine; locks (``home/locking.py``). Nothing here is imported while `[cluster] engine` is empty.
"""
