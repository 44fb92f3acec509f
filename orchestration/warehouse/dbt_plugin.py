"""The plugin of dbt-duckdb that the project's profiles.yml names: our functions in the connection that dbt builds with.

What does not belong here: the functions (``functions.py``), which are called without dbt too.
"""

from __future__ import annotations

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.warehouse import functions


class Plugin(BasePlugin):
    """Makes the functions known."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        functions.make_known(conn)
