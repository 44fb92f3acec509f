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

from orchestration.home.database import memory_limit
from orchestration.home.installation import Installation, open_installation

if TYPE_CHECKING:
    import duckdb


class InstallationResource(dg.ConfigurableResource):
    """The installation at `home`; empty means BAOGAO_HOME, else the repository's data/."""

    home: str = ""

    def open(self) -> Installation:
        return open_installation(self.home or None)


@contextmanager
def open_duckdb(path: Path | str, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file by Dagster's resource, which waits where another process writes the file."""
    resource = DuckDBResource(database=str(path), connection_config={"access_mode": "READ_ONLY"} if read_only else {})
    limit = memory_limit(path)
    with resource.get_connection() as connection:
        connection.execute(limit)
        yield connection


RESOURCES: dict[str, object] = {
    "installation": InstallationResource(),
    # steps hand each other nothing, and Dagster would keep a file of each nothing
    "io_manager": dg.mem_io_manager,
}
