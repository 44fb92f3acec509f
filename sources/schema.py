"""What a raw table is: fields with their types, and the conversion of rows to exactly this schema.

What belongs here: the types that a contract is written in. What does not: the contracts (``tables.py``), judgement
about values (``expectations/suites``), files (``lake.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Arrow's 165 MB are for who writes tables; reading a report needs the vocabularies alone
    import pyarrow as pa

#: rows of a table as a list of values per column: a tenth of the memory of as many dictionaries
Columns = dict[str, list[Any]]


@cache
def arrow_types() -> dict[str, pa.DataType]:
    """Return the Arrow type of each `dtype`."""
    import pyarrow as pa

    return {
        "string": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
    }


@dataclass(frozen=True)
class Field:
    """One column: `dtype` is a key of `arrow_types`; `allowed` a closed vocabulary; `unit` of measurement if any."""

    name: str
    dtype: str
    description: str
    nullable: bool = True
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One raw table, stored as one Parquet file per partition; `key` identifies a row over all partitions."""

    name: str
    description: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> list[str]:
        return [field.name for field in self.fields]

    def field(self, name: str) -> Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"table {self.name} has no column {name!r}")

    def arrow_schema(self) -> pa.Schema:
        import pyarrow as pa

        types = arrow_types()
        return pa.schema([pa.field(f.name, types[f.dtype], nullable=f.nullable) for f in self.fields])

    def to_arrow(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Return `rows` as an Arrow table of exactly this schema.

        Raises ValueError, naming table and column, where a column is unknown, missing without being nullable, or of
        a type that does not convert: a silent cast would hide a parser's fault.
        """
        return self.from_columns(self.columns_of(list(rows)))

    def columns_of(self, rows: Sequence[Mapping[str, Any]]) -> Columns:
        """Return `rows` as a list of values per column: those of the contract, and what else the rows have."""
        names = dict.fromkeys(self.columns)
        for row in rows:
            if not names.keys() >= row.keys():
                names |= dict.fromkeys(sorted(row.keys() - names.keys()))
        return {name: [row.get(name) for row in rows] for name in names}

    def joined(self, parts: Sequence[Columns]) -> Columns:
        """Return the rows of `parts` behind each other."""
        names = dict.fromkeys(self.columns)
        for part in parts:
            names |= dict.fromkeys(part)
        found: Columns = {name: [] for name in names}
        for part in parts:
            n_rows = len(next(iter(part.values())))
            for name, values in found.items():
                values.extend(part.get(name) or [None] * n_rows)
        return found

    def from_columns(self, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
        """Return `columns` (see `columns_of`) as an Arrow table of exactly this schema; raises as `to_arrow` does."""
        import pyarrow as pa

        if unknown := sorted(set(columns) - set(self.columns)):
            raise ValueError(f"table {self.name}: unknown column(s) {unknown}")
        types, arrays = arrow_types(), []
        for field in self.fields:
            try:
                # NaN, NaT and NA are what pandas leaves in an empty cell
                array = pa.array(columns[field.name], type=types[field.dtype], from_pandas=True)
            except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                raise ValueError(f"table {self.name}: column {field.name} is not {field.dtype}: {error}") from error
            if array.null_count and not field.nullable:
                raise ValueError(f"table {self.name}: column {field.name} must not be empty")
            arrays.append(array)
        return pa.Table.from_arrays(arrays, schema=self.arrow_schema())
