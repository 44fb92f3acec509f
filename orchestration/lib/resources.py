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
from orchestration.lib.memory import duckdb_limit

if TYPE_CHECKING:
    import duckdb

#: a query over a file may hold so many times its bytes: that sufficed to publish 60,000 reports
_TIMES_THE_FILE = 2


class InstallationResource(dg.ConfigurableResource):
    """The installation at `home`; empty means BAOGAO_HOME, else the repository's data/."""

    home: str = ""

    def open(self) -> Installation:
        return open_installation(self.home or None)


@contextmanager
def duckdb_at(path: Path | str, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file: the one way in which Python code of this package does so."""
    size = Path(path).stat().st_size if Path(path).exists() else 0
    resource = DuckDBResource(database=str(path), connection_config={"access_mode": "READ_ONLY"} if read_only else {})
    with resource.get_connection() as connection:
        # not by the configuration: DuckDB opens a file that is open already with the same one only
        connection.execute(f"set memory_limit = '{duckdb_limit(_TIMES_THE_FILE * size)}'")
        yield connection


RESOURCES: dict[str, object] = {"installation": InstallationResource()}
