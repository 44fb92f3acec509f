"""dbt as Dagster sees it: the manifest, and how models become assets.

What does not belong here: the models. The manifest is made anew whenever the project's files changed, since a fresh
clone has none and a code location without it does not load.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
from filelock import FileLock
from packaging.version import Version

from orchestration.cockpit.layers import MODELS, OWNERS, SOURCES, source_key
from orchestration.home import fingerprints
from orchestration.home.provenance import PROJECT_DIR, project_hash
from orchestration.warehouse.dbt_process import DBT
from sources.home import IN_CHECKOUT, find_home


@contextmanager
def _dbt_absent() -> Iterator[None]:
    """Have imports find no dbt-core while the block runs, unless it is loaded already."""
    standing_in = {} if "dbt.version" in sys.modules else {"dbt.version": None}
    sys.modules.update(standing_in)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in standing_in:
            del sys.modules[name]


# dbt runs in a process of its own, or not at all: with its modules, which dagster-dbt wants for adapters and selections
# that nobody here asks for, every run would load a quarter more
with _dbt_absent():
    from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject
    from dagster_dbt import dbt_assets as dbt_assets


@lru_cache(maxsize=1)
def project() -> DbtProject:
    """Return the project with a manifest that fits its files."""
    target = _target()
    target.mkdir(parents=True, exist_ok=True)
    found = DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR, target_path=target)
    with FileLock(target / ".parse.lock"):
        stamp = target / ".project_hash"
        current = fingerprints.digest(project_hash(), *map(metadata.version, ("dbt-core", "dbt-duckdb", "duckdb")))
        if not found.manifest_path.exists() or not stamp.exists() or stamp.read_text() != current:
            _compile(target)
            stamp.write_text(current)
    return found


def read_manifest() -> dict[str, Any]:
    """Return the manifest that fits the project's files, its SQL that of a build that mends."""
    found: dict[str, Any] = json.loads(project().manifest_path.read_text(encoding="utf-8"))
    return found


def _target() -> Path:
    """Return the folder of the manifest: beside the models in a checkout, else in the home that is worked on."""
    return PROJECT_DIR / "target" if IN_CHECKOUT else find_home().root / "dbt" / "parsed"


def _compile(target: Path) -> None:
    """Write manifest.json into `target`, with the SQL of a build that mends (warehouse/mended.py), which hangs on the
    project alone. Raises RuntimeError with dbt's own words where the project is at fault."""
    folder = str(PROJECT_DIR)
    command = [
        DBT, "--quiet", "compile", "--vars", '{"mended": true}', "--no-populate-cache",
        "--project-dir", folder, "--profiles-dir", folder, "--target-path", str(target),
        "--log-path", str(target / "logs"), "--log-level-file", "none",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="baogao-") as empty:
        environment = {
            **os.environ,
            # dbt opens what the profile names, and only the names of its files count
            "BAOGAO_WAREHOUSE": f"{empty}/work.duckdb",
            "BAOGAO_MARTS": f"{empty}/marts.duckdb",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        raise RuntimeError(f"dbt can't compile {folder}:\n{done.stdout}{done.stderr}")


class Dbt(DbtCliResource):
    """dbt-core of this environment, without two preparations that cost every build four seconds.

    They are a start of the executable to ask for its version, and an adapter in this process, which only
    `fetch_row_counts` and `fetch_column_metadata` use: nobody may open work.duckdb while dbt writes it.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        return None


class Translator(DagsterDbtTranslator):
    """Models by their name; raw tables are the assets that made them; groups are the layers' folders.

    A model whose `meta.dagster.group` says otherwise stands there: it lies in one layer's folder but is built between
    the models of another, and no arrow of the graph of groups leads back. Seeds are written by people, as sources are.
    """

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        if props["resource_type"] == "source":
            return spec.replace_attributes(key=source_key(props["source_name"], props["name"]))
        folder = next((part for part in props["fqn"] if part in MODELS), SOURCES)
        layer = props["config"].get("meta", {}).get("dagster", {}).get("group", folder)
        return spec.replace_attributes(key=dg.AssetKey(props["name"]), group_name=layer, owners=OWNERS)
