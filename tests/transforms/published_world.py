"""Releases of handwritten rows, as the dashboard's tests look at them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from orchestration.home.releases import TEXTS, file_hash, swap
from sources.home import Home

FIRST, SECOND = "20260101T000000Z", "20260202T000000Z"


def publish_copy(warehouse: Path, home: Home, release: str) -> None:
    """Publish the marts of a built warehouse as a release of `home`."""
    folder = home.create().releases / release
    (folder / "exports").mkdir(parents=True)
    with duckdb.connect(str(folder / "baogao.duckdb")) as connection:
        connection.execute(f"attach '{warehouse}' as work (read_only)")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'work' and schema_name = 'main'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"create table main.{table} as select * from work.main.{table}")
        # the handwritten rows have no text around their numbers; readers of sentences need one
        connection.execute(
            "update fct_observation set sentence = '其中' || coalesce(surface, '不设目标') || '，稳步推进。', "
            "sentence_start = char_start - 2"
        )
        connection.execute("comment on column fct_city_year_indicator.value is 'The number in `unit`'")
        n_values = connection.execute("select count(*) from fct_city_year_indicator").fetchone()
    texts = folder / TEXTS
    shutil.copyfile(warehouse.with_name(TEXTS), texts)
    manifest = {
        "texts": {"sha256": file_hash(texts), "bytes": texts.stat().st_size, "inputs": ""},
        "release": release,
        "covered": {"regions": 5},
        "rows": {"fct_city_year_indicator": n_values[0] if n_values else 0},
    }
    (folder / "exports" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    swap(home, release)
