"""What assets are handed: the installation, and DuckDB.

What does not belong here: what is done with them. Nothing is opened or read when this module is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from dagster_duckdb import DuckDBResource

from orchestration.lib.installation import Installation, open_installation

if TYPE_CHECKING:
    import duckdb

#: what one connection may hold, as dbt's does (profiles.yml): what doesn't fit is spilled beside the file
MEMORY = "800MB"


class InstallationResource(dg.ConfigurableResource):
    """The installation at `home`; empty means BAOGAO_HOME, else the repository's data/."""

    home: str = ""

    def open(self) -> Installation:
        return open_installation(self.home or None)


@contextmanager
def duckdb_at(path: Path | str, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file: the one way in which Python code of this package does so."""
    options = {"memory_limit": MEMORY} | ({"access_mode": "READ_ONLY"} if read_only else {})
    resource = DuckDBResource(database=str(path), connection_config=options)
    with resource.get_connection() as connection:
        yield connection


RESOURCES: dict[str, object] = {"installation": InstallationResource()}
