"""The Superset dashboard that ships: from the short YAML in ``superset/`` to the archive that Superset imports.

What belongs here: what follows from the short form and the published file (ids, columns with their comments, places on
the grid, the queries of charts). What does not: the datasets, charts and their order (YAML), the command (the CLI).
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml

from orchestration.home.note import replacing
from sources.errors import BaogaoError

if TYPE_CHECKING:
    import duckdb

SOURCE = Path(__file__).resolve().parent / "superset"
VERSION = "1.0.0"
DATABASE = "baogao"
HEADER_ID, GRID_ID, ROOT_ID = "HEADER_ID", "GRID_ID", "ROOT_ID"

Yaml = dict[str, Any]


class BundleError(BaogaoError):
    """The short form and the published file do not fit together; the message says where."""


def write_bundle(target: Path, connection: duckdb.DuckDBPyConnection, seen_as: str) -> list[str]:
    """Write the archive for the published file that `connection` has open; return the charts' titles.

    `seen_as` is the absolute path under which the Superset server sees that file. The same release gives the same ids,
    so that a second import replaces the first. Raises BundleError where a dataset or chart does not fit the file.
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
    """Return the files of the archive: name → content, in the form of Superset's own exports."""
    if not seen_as.startswith("/"):
        raise BundleError(f"{seen_as} is no absolute path: name the file as the Superset server sees it")
    sources, charts, dashboard = (_read(name) for name in ("datasets", "charts", "dashboard"))
    datasets = {
        name: _dataset(connection, name, spec, sources["shared"], sources["columns"])
        for name, spec in sources["datasets"].items()
    }
    files: dict[str, Yaml] = {
        "metadata.yaml": {"version": VERSION, "type": "Dashboard", "timestamp": datetime.now(UTC).isoformat()},
        f"databases/{DATABASE}.yaml": _database(seen_as),
    }
    files |= {f"datasets/{DATABASE}/{name}.yaml": content for name, content in datasets.items()}
    for name, spec in charts["charts"].items():
        files[f"charts/{name}.yaml"] = _chart(name, spec, charts["defaults"], datasets)
    files["dashboards/baogao.yaml"] = _dashboard(dashboard, charts["charts"], datasets)
    return files


def _read(name: str) -> Yaml:
    content = yaml.safe_load((SOURCE / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def _id(kind: str, name: str) -> str:
    return str(uuid5(uuid5(NAMESPACE_URL, "baogao/superset"), f"{kind}/{name}"))


def _database(seen_as: str) -> Yaml:
    # read-only twice over: the file is opened so, and Superset is told to allow no other statement
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": f"duckdb:///{seen_as}?access_mode=read_only",
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "extra": {"allows_virtual_table_explore": True},
        "uuid": _id("database", DATABASE),
        "version": VERSION,
    }


def _dataset(
    connection: duckdb.DuckDBPyConnection, name: str, spec: Yaml, shared: dict[str, str], common: dict[str, str]
) -> Yaml:
    import duckdb

    sql = spec["sql"]
    for word, query in shared.items():
        sql = sql.replace(f"{{{word}}}", query.strip())
    try:
        columns = connection.execute(f"describe {sql}").fetchall()
        for metric, (expression, _, _) in spec["metrics"].items():
            connection.execute(f'select {expression} as "{metric}" from ({sql}) limit 0')
    except duckdb.Error as error:
        raise BundleError(f"dataset {name}: {error}; is the published file of another version of baogao?") from error
    own = {**common, **spec.get("columns", {})}
    descriptions = {**_comments(connection, spec["comments_from"]), **own}
    return {
        "table_name": name,
        "description": spec["description"],
        "schema": "main",
        "sql": sql,
        "filter_select_enabled": True,
        "metrics": [
            {"metric_name": metric, "expression": expression, "verbose_name": label, "description": description}
            for metric, (expression, label, description) in spec["metrics"].items()
        ],
        "columns": [
            {
                "column_name": column,
                "type": kind,
                "description": descriptions.get(column),
                "is_dttm": False,
                "groupby": True,
                "filterable": True,
            }
            for column, kind, *_ in columns
        ],
        "uuid": _id("dataset", name),
        "database_uuid": _id("database", DATABASE),
        "version": VERSION,
    }


def _comments(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in reversed(tables):  # the first table named has the last word
        found |= dict(
            connection.execute(
                "select column_name, comment from duckdb_columns() where table_name = ? and comment is not null",
                [table],
            ).fetchall()
        )
    return found


def _chart(name: str, spec: Yaml, defaults: Yaml, datasets: dict[str, Yaml]) -> Yaml:
    params = {**defaults, **spec["params"]}
    dataset = datasets[spec["dataset"]]
    query = _query(params)
    known = {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    if strange := (set(query["columns"]) - known) | (set(query["metrics"]) - metrics):
        raise BundleError(f"chart {name}: dataset {spec['dataset']} has no {', '.join(sorted(strange))}")
    return {
        "slice_name": spec["title"],
        "description": spec.get("description"),
        "viz_type": params["viz_type"],
        "params": params,
        # what Superset's interface would write on saving; without it the chart has no data over REST, nor in reports
        "query_context": json.dumps(
            {
                "datasource": {"id": 0, "type": "table"},
                "force": False,
                "queries": [query],
                "form_data": params,
                "result_format": "json",
                "result_type": "full",
            },
            ensure_ascii=False,
        ),
        "uuid": _id("chart", name),
        "dataset_uuid": dataset["uuid"],
        "version": VERSION,
    }


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


def _dashboard(spec: Yaml, charts: Yaml, datasets: dict[str, Yaml]) -> Yaml:
    position: Yaml = {
        "DASHBOARD_VERSION_KEY": "v2",
        ROOT_ID: {"id": ROOT_ID, "type": "ROOT", "children": [GRID_ID]},
        GRID_ID: {"id": GRID_ID, "type": "GRID", "children": [], "parents": [ROOT_ID]},
        HEADER_ID: {"id": HEADER_ID, "type": "HEADER", "meta": {"text": spec["title"]}},
    }
    for number, row in enumerate(spec["rows"]):
        row_id = f"ROW-{number}"
        position[GRID_ID]["children"].append(row_id)
        position[row_id] = {
            "id": row_id,
            "type": "ROW",
            "children": [f"CHART-{name}" for name in row["charts"]],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
            "parents": [ROOT_ID, GRID_ID],
        }
        for name, width in row["charts"].items():
            position[f"CHART-{name}"] = {
                "id": f"CHART-{name}",
                "type": "CHART",
                "children": [],
                "meta": {
                    "chartId": _number(name, charts),
                    "height": row["height"],
                    "width": width,
                    "sliceName": charts[name]["title"],
                    "uuid": _id("chart", name),
                },
                "parents": [ROOT_ID, GRID_ID, row_id],
            }
    return {
        "dashboard_title": spec["title"],
        "slug": spec["slug"],
        "published": True,
        "position": position,
        "metadata": {
            "native_filter_configuration": [_filter(one, charts, datasets) for one in spec["filters"]],
            "filter_bar_orientation": "HORIZONTAL",
            "cross_filters_enabled": True,
            "refresh_frequency": 0,
            "color_scheme": "supersetColors",
            "label_colors": spec["colors"],
        },
        "uuid": _id("dashboard", spec["slug"]),
        "version": VERSION,
    }


def _filter(spec: Yaml, charts: Yaml, datasets: dict[str, Yaml]) -> Yaml:
    column, chosen = spec["column"], spec.get("default")
    if column not in {known["column_name"] for known in datasets[spec["dataset"]]["columns"]}:
        raise BundleError(f"filter {spec['name']}: dataset {spec['dataset']} has no {column}")
    mask: Yaml = {"filterState": {}, "extraFormData": {}}
    if chosen:
        mask = {
            "filterState": {"value": [chosen], "label": chosen},
            "extraFormData": {"filters": [{"col": column, "op": "IN", "val": [chosen]}]},
        }
    return {
        "id": f"NATIVE_FILTER-{UUID(_id('filter', column)).hex[:12]}",
        "name": spec["name"],
        "filterType": "filter_select",
        "type": "NATIVE_FILTER",
        "targets": [{"datasetUuid": datasets[spec["dataset"]]["uuid"], "column": {"name": column}}],
        "defaultDataMask": mask,
        "controlValues": {"multiSelect": spec["multiple"], "enableEmptyFilter": bool(chosen), "searchAllOptions": True},
        "cascadeParentIds": [],
        "scope": {"rootPath": [ROOT_ID], "excluded": [_number(name, charts) for name in spec.get("excluded", [])]},
        "description": "",
    }


def _number(name: str, charts: Yaml) -> int:
    """Return a number for a chart within the archive; Superset gives its own on import."""
    return list(charts).index(name) + 1
