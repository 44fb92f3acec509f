"""What Dagster shows and is told: everything that imports it, and what is made for it alone.

What belongs here: assets, jobs, sensors, checks, pictures, alerts, the instance. What does not: the work itself
(``home``, ``hops``, ``warehouse``, ``release``), which knows of no orchestrator.
"""
