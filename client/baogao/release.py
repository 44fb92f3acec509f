"""One release, open to be read: the client's face.

What belongs here: arguments and frames. What does not: the questions themselves (``questions``), which the command line
and the dashboard ask too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baogao import citing, opening, questions
from baogao.questions import Cell

if TYPE_CHECKING:
    from types import TracebackType

    from pandas import DataFrame


def open(where: str | Path, release: str | None = None, *, cache: str | Path | None = None) -> Release:
    """Open the newest release at `where`, or the one with the id `release`.

    `where` is a home, its `published` folder, a folder of releases, or an http(s) or s3 address of one of them. A
    file from elsewhere is kept in `cache` (by default the user's cache folder) under its hash, and fetched once.
    Raises ReleaseNotFoundError.

    >>> release = baogao.open("https://example.org/baogao", "20261128T180000Z")
    """
    release_id, path = opening.find(where, release, Path(cache) if cache else None)
    return Release(release_id, path)


class Release:
    """A release, read-only; close it, or use it in a `with`. `release` is its id, which a paper names."""

    def __init__(self, release: str, path: Path) -> None:
        import duckdb  # here: who only names an error or a key has no DuckDB

        self.release, self.path = release, path
        self._connection = duckdb.connect(str(path), read_only=True)
        # whole texts lie beside a release in the home that made it, and nowhere else
        texts = path.with_name("texts.duckdb")
        if texts.exists():
            self._connection.execute(f"attach '{str(texts).replace(chr(39), chr(39) * 2)}' as texts (read_only)")

    def __enter__(self) -> Release:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<baogao release {self.release}>"

    def close(self) -> None:
        self._connection.close()

    def ask(self, sql: str, parameters: Mapping[str, Any] | None = None) -> DataFrame:
        """Return the answer to a query in DuckDB's SQL, `$name` standing for `parameters`.

        >>> release.ask("select * from fct_observation where region_id = $region", {"region": "990100"})
        """
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(parameters or {})).df()

    def panel(self, level: str | None = None) -> DataFrame:
        """Return the panel, a row per region and year and a column per figure; of one `level` (city, …) if told.

        >>> release.panel("city").pivot(index="region_name", columns="year", values="gdp_tgt_g_pct")
        """
        return self.ask(
            "select * from city_year_panel where $level is null or level = $level order by region_id, year",
            {"level": level},
        )

    def series(self, region: str, indicator: str, measure: str = "growth") -> DataFrame:
        """Return all chosen values of one indicator, a row per goal or result; goals with what came of them.

        `region` is a name (Chinese or Latin, of today or former) or a code. Raises NotOneError.

        >>> release.series("霁川市", "gdp")[["year", "status_class", "value", "gap", "verdict"]]
        """
        return questions.series(self, questions.region_called(self, region), indicator, measure)

    def targets(self, region: str | None = None, indicator: str | None = None) -> DataFrame:
        """Return goals with the results told a year later (table fct_target_outcome), of a region or indicator if told.

        >>> release.targets(indicator="gdp").query("verdict == 'missed'")
        """
        return self.ask(
            """select * from fct_target_outcome
            where ($region is null or region_id = $region) and ($indicator is null or indicator = $indicator)
            order by region_id, indicator, measure, year""",
            {"region": region and questions.region_called(self, region), "indicator": indicator},
        )

    def codebook(self) -> DataFrame:
        """Return what each table and column means: table_name, column_name, data_type, description."""
        return self.ask(
            """select table_name, column_name, data_type, comment as description from duckdb_columns()
            where not internal order by table_name, column_index"""
        )

    def cell(self, cell: str) -> Cell:
        """Return a cell of the panel with value, sentence (Chinese and English) and address, or why it is empty.

        `cell` is a key, or region/year/column of this release. Raises CellKeyError, CellNotFoundError, NotOneError.

        >>> release.cell("霁川市/2024/gdp_tgt_g_pct").value
        """
        return questions.cell_of(self, questions.key_called(self, cell))

    def sources(self, cell: str) -> DataFrame:
        """Return the observation behind a cell, with its document (tables fct_observation and dim_report); one row.

        Empty where the cell is. Raises as ``cell``.
        """
        return self.ask(
            """select o.*, r.* exclude (report_id, region_id, region_code, region_name, level, report_year, flags)
            from fct_observation as o join dim_report as r using (report_id) where o.observation_id = $observation""",
            {"observation": self.cell(cell).observation_id},
        )

    def cite(self, cell: str, form: str = "plain", accessed: date | None = None) -> str:
        """Return the citation of a cell: "plain", "biblatex", "csl" (JSON) or "gbt7714".

        Raises as ``cell``.

        >>> print(release.cite("990100/2024/gdp_tgt_g_pct", "biblatex"))
        """
        return citing.cite(self.cell(cell), form, accessed)

    def says(self, phrase: str) -> DataFrame:
        """Return the sentences that hold `phrase`, with region, year, title and address.

        Whole texts are there in the home that made the release; elsewhere the sentences of which a number was read are
        searched. `attrs["reason"]` says which.

        >>> release.says("数字经济")
        """
        return questions.says(self, phrase)
