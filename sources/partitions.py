"""The one partition grid of all raw tables: province × report year, as the catalogue claims them.

The claim decides the partition, never the parse: a document whose text contradicts its label stays where it is and
carries its true identity in columns. What does not belong here: Dagster's objects (``orchestration``).
"""

from __future__ import annotations

from dataclasses import dataclass

PROVINCES: tuple[str, ...] = (
    "100000", "110000", "120000", "130000", "140000", "150000", "210000", "220000", "230000", "310000", "320000",
    "330000", "340000", "350000", "360000", "370000", "410000", "420000", "430000", "440000", "450000", "460000",
    "500000", "510000", "520000", "530000", "540000", "610000", "620000", "630000", "640000", "650000",
    "990000", "unlabelled",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1998, 2030
YEARS: tuple[str, ...] = (*(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)), "undated")


@dataclass(frozen=True, order=True)
class Partition:
    """One cell of the grid; `str()` gives Dagster's key: dimension values in the order of the dimensions' names."""

    province: str
    report_year: str

    def __str__(self) -> str:
        return f"{self.province}|{self.report_year}"

    @classmethod
    def parse(cls, key: str) -> Partition:
        province, _, year = key.partition("|")
        if province not in PROVINCES or year not in YEARS:
            raise ValueError(f"no such partition: {key!r} (expected e.g. 440000|2015, unlabelled|undated)")
        return cls(province, year)

    @classmethod
    def claimed(cls, region_code: str | None, report_year: int | None) -> Partition:
        """Return the partition that a catalogue's label puts a document into."""
        province = f"{(region_code or '')[:2]}0000"
        year = str(report_year)
        return cls(
            province if province in PROVINCES else "unlabelled",
            year if year in YEARS else "undated",
        )
