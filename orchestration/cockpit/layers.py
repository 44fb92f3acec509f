"""Where an asset stands in the graph and what it is called, by one rule each (docs/cockpit.md says them to readers).

Groups are the layers of the data flow, in the order of GROUPS: no arrow leads from a later one to an earlier one.
A key is the name of the table. What dbt reads and no run of ours materializes has its dbt source before it.
"""

from __future__ import annotations

import dagster as dg

from orchestration.hops import TABLES

OWNERS = ["team:baogao"]
SOURCES, RAW, PUBLICATION = "sources", "raw", "publication"
#: layers of dbt's models: the folders that they lie in
MODELS = ("staging", "intermediate", "texts", "marts", "quality")
GROUPS = (SOURCES, RAW, *MODELS, PUBLICATION)
_MATERIALIZED = frozenset(table.name for table in TABLES)


def source_key(source: str, table: str) -> dg.AssetKey:
    """Return the key of the asset behind a table of one of dbt's sources (lake, registry, build)."""
    return dg.AssetKey(table if table in _MATERIALIZED else [source, table])
