"""Functions of ours that models call in SQL, for dbt (``dbt_plugin.py``) and for what mends without it.

What belongs here: their names and types in SQL. What does not: what they do (``sources/english.py``,
``latin.py``). They run while the warehouse is built; a reader of the release needs none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
from duckdb.func import ARROW, SPECIAL

from sources.english import Observation, sentence
from sources.latin import place_in_english

_TEXT, _YEAR, _NUMBER = "VARCHAR", "BIGINT", "DOUBLE"
#: fields of the row that observation_in_english takes: those of ``Observation``, with places by name and code
_FIELDS = {
    "teller_name": _TEXT, "teller_code": _TEXT, "place_name": _TEXT, "place_code": _TEXT, "indicator": _TEXT,
    "measure": _TEXT, "status": _TEXT, "period_start": _YEAR, "period_end": _YEAR, "scope": _TEXT,
    "report_year": _YEAR, "value": _NUMBER, "upper": _NUMBER, "unit": _TEXT, "qualifier": _TEXT, "horizon": _TEXT,
    "tier": _TEXT, "basis": _TEXT, "base_period": _TEXT, "relation": _TEXT, "relation_ref": _TEXT,
    "relation_name": _TEXT,
}  # fmt: skip
_OWN = ("teller_name", "teller_code", "place_name", "place_code", "scope")
NO_NAME = "a place without a name"


def observation_in_english(row: Mapping[str, Any]) -> str:
    """Return the sentence of a row of `_FIELDS`."""
    given = {name: value for name, value in row.items() if value is not None}
    teller, teller_code, place, code, scope = (given.pop(name, None) for name in _OWN)
    # the register's name of a region before the one in its report; a part that it lists is a place like any other, and
    # one that nobody lists has its name only
    whose, is_part = _place(place, code) if place else "", scope not in (None, "self")
    told_by = _place(teller, teller_code) if is_part or not place else whose
    scope = place_in_english(scope) if is_part and not place else ""
    return sentence(Observation(teller=told_by, place=whose, scope=scope, **given))


def _place(name: str | None, code: str | None) -> str:
    return place_in_english(name, code or "") if name else NO_NAME


def _each(rows: Any) -> Any:
    import pyarrow as pa

    return pa.array(map(observation_in_english, rows.to_pylist()), pa.string())


def make_known(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the functions known to a connection that builds."""
    row, text = duckdb.struct_type(_FIELDS), duckdb.sqltype(_TEXT)
    # a batch at a time: a call for each row takes twice as long
    connection.create_function("observation_in_english", _each, [row], text, type=ARROW, null_handling=SPECIAL)
    connection.create_function("place_in_english", _place, [text, text], text, null_handling=SPECIAL)
