"""From the warehouse to what readers open: build a new folder, audit that very folder, then swap one link.

What belongs here: releases, audit, exports, codebook, list of changes. What does not: the models
(``transforms/dbt_project``), Dagster (``orchestration/cockpit/defs/publication`` calls this).
"""
