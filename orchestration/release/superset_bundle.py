"""The Superset dashboard that ships: the files in ``superset/``, in the form that Superset exports and imports.

What belongs here: what hangs on the published file (its path, the columns of datasets with their types and comments),
the charts' queries, and whether all names fit that file. What does not: datasets, charts, places on the grid, ids
(YAML), the command (the CLI).

Our form differs from Superset's own in two things: `{region}` in a dataset's SQL stands for ``region.sql`` (the
newest name of a region that lived through several; a county with its city, because counties share names), and
`comments_from` names the tables whose comments describe its columns.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from orchestration.home.note import replacing
from sources.errors import BaogaoError

if TYPE_CHECKING:
    import duckdb

SOURCE = Path(__file__).resolve().parent / "superset"

Yaml = dict[str, Any]


class BundleError(BaogaoError):
    """The dashboard's files and the published file do not fit together; the message says where."""


def write_bundle(target: Path, connection: duckdb.DuckDBPyConnection, seen_as: str) -> list[str]:
    """Write the archive for the published file that `connection` has open; return the charts' titles.

    `seen_as` is the absolute path under which the Superset server sees that file. The ids are always the same, so that
    a second import replaces the first. Raises BundleError where a dataset or chart does not fit the file.
    """
    bundle = build(connection, seen_as)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle.items():
            text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
            archive.writestr(f"baogao_superset/{name}", text)
    with replacing(target) as temporary:
        temporary.write_bytes(buffer.getvalue())
    return [content["slice_name"] for name, content in bundle.items() if name.startswith("charts/")]


def build(connection: duckdb.DuckDBPyConnection, seen_as: str) -> dict[str, Yaml]:
    """Return the files of the archive: name → content."""
    if not seen_as.startswith("/"):
        raise BundleError(
            "{seen_as} is no absolute path: name the file as the Superset server sees it", seen_as=seen_as
        )
    files: dict[str, Yaml] = {
        str(path.relative_to(SOURCE)): yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.yaml"))
    }
    files["metadata.yaml"]["timestamp"] = datetime.now(UTC).isoformat()
    files["databases/baogao.yaml"]["sqlalchemy_uri"] = f"duckdb:///{seen_as}?access_mode=read_only"
    datasets = {content["uuid"]: content for name, content in files.items() if name.startswith("datasets/")}
    for dataset in datasets.values():
        _fill_dataset(connection, dataset)
    for name, content in files.items():
        if name.startswith("charts/"):
            query = _query(content["params"])
            _require(datasets[content["dataset_uuid"]], f"chart {Path(name).stem}", query["columns"], query["metrics"])
            content["query_context"] = _query_context(query, content["params"])
        elif name.startswith("dashboards/"):
            for one in content["metadata"]["native_filter_configuration"]:
                for aim in one["targets"]:
                    _require(datasets[aim["datasetUuid"]], f"filter {one['name']}", [aim["column"]["name"]])
    return files


def _fill_dataset(connection: duckdb.DuckDBPyConnection, dataset: Yaml) -> None:
    """Put the dataset's query together and its columns into it, as the published file has them."""
    import duckdb

    sql = dataset["sql"].replace("{region}", (SOURCE / "region.sql").read_text(encoding="utf-8").strip())
    try:
        columns = connection.execute(f"describe {sql}").fetchall()
        for metric in dataset["metrics"]:
            connection.execute(f'select {metric["expression"]} as "{metric["metric_name"]}" from ({sql}) limit 0')
    except duckdb.Error as error:
        raise BundleError(
            "dataset {table_name}: {error}; is the published file of another version of baogao?",
            table_name=dataset["table_name"],
            error=error,
        ) from error
    described = {column["column_name"]: column["description"] for column in dataset["columns"]}
    for table in dataset.pop("comments_from"):
        described = {**_comments(connection, table), **described}
    dataset["sql"] = sql
    dataset["columns"] = [
        {
            "column_name": name,
            "type": kind,
            "description": described.get(name),
            "is_dttm": False,
            "groupby": True,
            "filterable": True,
        }
        for name, kind, *_ in columns
    ]


def _comments(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    query = "select column_name, comment from duckdb_columns() where table_name = ? and comment is not null"
    return dict(connection.execute(query, [table]).fetchall())


def _require(dataset: Yaml, user: str, columns: list[str], metrics: list[str] | None = None) -> None:
    """Raise BundleError where `user` (a chart or filter) names what the dataset does not have."""
    strange = set(columns) - {column["column_name"] for column in dataset["columns"]}
    strange |= set(metrics or []) - {metric["metric_name"] for metric in dataset["metrics"]}
    if strange:
        raise BundleError(
            "{user}: dataset {table_name} has no {strange}",
            user=user,
            table_name=dataset["table_name"],
            strange=", ".join(sorted(strange)),
        )


def _query(params: Yaml) -> Yaml:
    """Return the plain query of a chart: what is grouped by what, without the reshaping that drawing needs."""
    groups = params.get("groupby", [])
    columns = [params["x_axis"]] if "x_axis" in params else []
    columns += [groups] if isinstance(groups, str) else groups
    metrics = params.get("metrics") or ([params["metric"]] if "metric" in params else [])
    return {
        "columns": params.get("all_columns", columns),
        "metrics": metrics,
        "filters": [{"col": f["subject"], "op": f["operator"], "val": None} for f in params["adhoc_filters"]],
        "orderby": [json.loads(order) for order in params.get("order_by_cols", [])],
        "row_limit": params["row_limit"],
    }


def _query_context(query: Yaml, params: Yaml) -> str:
    """Return what Superset would write on saving; without it a chart has no data over REST, nor in reports."""
    context = {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "form_data": params,
        "result_format": "json",
        "result_type": "full",
    }
    return json.dumps(context, ensure_ascii=False)
