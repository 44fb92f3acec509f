"""Running a suite: THE one module that imports Great Expectations.

The library is used as a library: an ephemeral context, suites in Python, results mapped to a plain `Verdict`.
What does not belong here: what must be true (``suites/``), and what follows from a verdict (``orchestration``).
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from expectations.later import absent, later
from expectations.suite import REPORT_COLUMNS, Expectation, Suite, Verdict
from sources.tables import BY_NAME, Table

# what draws and measures distributions takes as long to load as all the rest, what reaches databases and stores a third
# of what is left; no suite of ours asks for any
with later("altair", "scipy.stats"), absent("sqlalchemy", "boto3", "botocore"):
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.validator.validation_graph import tqdm  # type: ignore[attr-defined]

# the library draws no bars here, but makes them: with a lock of the system's, of which Python would say that it was
# leaked where the process that judges is ended
tqdm.set_lock(threading.RLock())

EXAMPLES = 5
#: what a reader wants to see of a failing row, where the table has it
SHOWN = (
    "report_id", "location", "indicator", "value", "unit", "surface", "term", "sentence", "error", "refusal_reason",
    "level", "n_chars", "n_observations", "n_rejections", "n_documents", "n_accepted", "n_pages", "n_failed",
)  # fmt: skip


@lru_cache(maxsize=1)
def _batch_definition() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")


def _class_name(expectation_type: str) -> str:
    return "".join(word.capitalize() for word in expectation_type.split("_"))


Failed = dict[str, tuple[list[Any], str]]


def _failing(expectations: tuple[Expectation, ...], frame: pd.DataFrame) -> Failed:
    """Return, for each expectation that failed, the index labels of the failing rows and what was observed.

    The library takes some 12 ms for one expectation, however few the rows. Those that ask the same of many columns
    (not empty; a helper column is true) are therefore asked once, of all their columns below each other. Raises
    RuntimeError where an expectation could not be evaluated at all: an unevaluated gate is not a passed one.
    """
    if frame.empty:
        return {}
    alike = {
        kind: tuple(e for e in expectations if e.type == kind and e.kwargs in ({"column": e.column}, _true(e.column)))
        for kind in ("expect_column_values_to_not_be_null", "expect_column_values_to_be_in_set")
    }
    together = [e for group in alike.values() for e in group]
    failed = _evaluated(tuple(e for e in expectations if e not in together), frame)
    for kind, group in alike.items():
        failed |= _failing_alike(kind, group, frame)
    return failed


def _true(column: str) -> dict[str, Any]:
    return {"column": column, "value_set": [True]}


def _failing_alike(kind: str, group: tuple[Expectation, ...], frame: pd.DataFrame) -> Failed:
    """Evaluate `group`, expectations of one kind, on one column that holds all of theirs."""
    if not group:
        return {}
    present = kind == "expect_column_values_to_not_be_null"
    columns = [frame[expectation.column] for expectation in group]
    judged = [np.ones(len(frame), dtype=bool) if present else column.notna().to_numpy() for column in columns]
    # numbers, since the library hashes what it is given: 1 holds, 0 does not, NaN is empty
    asked = [
        np.where(column.notna(), 1.0, np.nan) if present else column.eq(True).to_numpy(dtype=float)[mask]
        for column, mask in zip(columns, judged, strict=True)
    ]
    kwargs = {"column": "asked"} if present else _true("asked")
    question = Expectation("alike", kind, kwargs, "critical", "")
    rows, _ = _evaluated((question,), pd.DataFrame({"asked": np.concatenate(asked)})).get("alike", ([], ""))
    owner = np.repeat(np.arange(len(group)), [len(part) for part in asked])
    labels = np.concatenate([frame.index.to_numpy()[mask] for mask in judged])
    failed: Failed = {}
    for row in rows:
        expectation = group[owner[row]]
        failed.setdefault(expectation.name, ([], expectation.reason))[0].append(int(labels[row]))
    return failed


def _evaluated(expectations: tuple[Expectation, ...], frame: pd.DataFrame) -> Failed:
    """Let the library judge `frame` by `expectations`, one by one."""
    if frame.empty or not expectations:
        return {}
    suite = gx.ExpectationSuite(
        name="suite",
        expectations=[
            getattr(gx.expectations, _class_name(e.type))(**e.kwargs, meta={"name": e.name}) for e in expectations
        ],
    )
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": _judged_columns(expectations, frame)})
    outcome = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    failed: Failed = {}
    for result in outcome.results:
        name = result.expectation_config.meta["name"]
        if result.exception_info and _raised(result.exception_info):
            raise RuntimeError(f"expectation {name} could not be evaluated: {result.exception_info}")
        if not result.success:
            rows = result.result.get("unexpected_index_list")
            observed = result.result.get("observed_value", "") or result.result.get("partial_unexpected_list", "")
            failed[name] = (list(frame.index) if rows is None else list(rows), str(observed)[:500])
    return failed


def _raised(info: Any) -> bool:
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(_raised(value) for value in info.values() if isinstance(value, dict))


def _examples(frame: pd.DataFrame, rows: list[Any]) -> str:
    columns = [column for column in SHOWN if column in frame.columns] or [
        column for column in frame.columns if column != "partition" and not column.startswith("_")
    ]
    shown = frame.loc[rows[:EXAMPLES], columns]
    return json.dumps(shown.astype(object).where(shown.notna(), None).to_dict("records"), ensure_ascii=False)


def _typed(frame: pd.DataFrame, table: Table | None) -> pd.DataFrame:
    """Return a copy whose columns have one type each, also where a column is empty and pandas could not know.

    A frame of no raw table (table None) comes from DuckDB and has its types.
    """
    if table is None:
        return frame.copy()
    typed = {}
    for field in table.fields:
        column = frame[field.name] if field.name in frame else pd.Series(index=frame.index, dtype=object)
        if field.dtype in ("int", "float"):
            typed[field.name] = pd.to_numeric(column, errors="coerce").astype("float64")
        else:
            typed[field.name] = column.astype(object).where(column.notna(), None)
    return pd.DataFrame(typed, index=frame.index)


def _beside_reports(typed: pd.DataFrame, reports: pd.DataFrame | None) -> pd.DataFrame:
    """Add what each row's report says: `_text` and `_report_year` (empty where unknown), `_report_known`."""
    if reports is None or "report_id" not in typed:
        return typed.assign(_text=None, _report_year=float("nan"), _report_known=None)
    ids = typed["report_id"]
    texts = dict(zip(reports["report_id"], reports["text"], strict=True))
    years = dict(zip(reports["report_id"], reports["report_year"], strict=True))
    return typed.assign(
        # a list of references: pandas' own map would copy each text into every row
        _text=pd.Series([texts.get(key) for key in ids], index=typed.index, dtype=object),
        _report_year=pd.to_numeric(pd.Series([years.get(key) for key in ids], index=typed.index), errors="coerce"),
        _report_known=[key in texts for key in ids],
    )


def _judged_columns(expectations: tuple[Expectation, ...], frame: pd.DataFrame) -> pd.DataFrame:
    """Return what the expectations look at: the library hashes every column that it is given, long texts too."""
    wanted = {e.column for e in expectations} | {name for e in expectations for name in e.kwargs.get("column_list", ())}
    return frame[[name for name in frame.columns if name in wanted]]


def _reports_of(frame: pd.DataFrame, failed: Failed) -> frozenset[str]:
    if "report_id" not in frame or not failed:
        return frozenset()
    rows = list({row for rows, _ in failed.values() for row in rows})
    return frozenset(frame["report_id"].loc[rows].dropna())


def run(
    suite: Suite,
    frame: pd.DataFrame,
    partitions: list[str],
    code_version: str,
    reports: pd.DataFrame | None = None,
    others: pd.DataFrame | None = None,
) -> Verdict:
    """Judge `frame` by `suite`; see ``expectations.validate`` for shapes."""
    frame = frame.reset_index(drop=True)
    derived = suite.derive(_beside_reports(_typed(frame, BY_NAME.get(suite.table)), reports))
    failed_rows = _failing(suite.rows, derived)
    quarantine: dict[Any, list[str]] = {}
    for expectation in suite.rows:
        if expectation.severity == "quarantine":
            for index in failed_rows.get(expectation.name, ([], ""))[0]:
                quarantine.setdefault(index, []).append(expectation.name)
    # pandas copies all rows also where it drops none, and a release has hundreds of thousands
    passed = frame.drop(index=list(quarantine)) if quarantine else frame
    known = pd.DataFrame(columns=list(REPORT_COLUMNS)) if reports is None else reports
    whole = passed if others is None else pd.concat([passed, others], ignore_index=True)
    summary = suite.summarise(whole, partitions, known).reset_index(drop=True)
    failed_partitions = _failing(suite.partitions, summary)

    verdict = Verdict(
        table=suite.table,
        passed=passed.reset_index(drop=True),
        quarantined=frame.loc[list(quarantine)].assign(expectation=[";".join(names) for names in quarantine.values()]),
        doubted=_reports_of(frame, failed_rows) | _reports_of(summary, failed_partitions),
    )
    checked_at = datetime.now(UTC)
    counts = frame["partition"].value_counts() if "partition" in frame else pd.Series(dtype=int)
    owners = frame["partition"] if "partition" in frame else pd.Series(dtype=object)
    for expectation in suite.expectations:
        by_partition: dict[str, list[Any]] = {}
        rows, observed = failed_rows.get(expectation.name) or failed_partitions.get(expectation.name) or ([], "")
        source, keys = (frame, owners) if expectation in suite.rows else (summary, summary["partition"])
        for index in rows:
            by_partition.setdefault(str(keys.loc[index]), []).append(index)
        for partition in partitions:
            bad = by_partition.get(partition, [])
            verdict.results.append(
                {
                    "partition": partition,
                    "table_name": suite.table,
                    "expectation": expectation.name,
                    "column_name": expectation.column,
                    "severity": expectation.severity,
                    "success": not bad,
                    "n_rows": int(counts.get(partition, 0)),
                    "n_failed": len(bad),
                    "observed": observed if bad else None,
                    "examples": _examples(source, bad) if bad else None,
                    "checked_at": checked_at,
                    "code_version": code_version,
                }
            )
            if bad and expectation.severity == "critical":
                verdict.stopped.setdefault(partition, []).append(f"{expectation.name}: {expectation.reason}")
    return verdict
