"""The files of a deposit, and what is told of each in whatever form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.home.releases import file_hash
from orchestration.release.schema import PublishedTable

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".parquet": "application/x-parquet",
    ".duckdb": "application/vnd.duckdb",
    ".dta": "application/x-stata-dta",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".cff": "application/yaml",
    ".json": "application/json",
}


@dataclass(frozen=True)
class DepositedFile:
    """One file: its name in the folder, what it is in both languages, and the table that it holds, if it is one's."""

    name: str
    en: str
    zh: str
    bytes: int
    sha256: str
    table: PublishedTable | None = None

    @property
    def form(self) -> str:
        return Path(self.name).suffix

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.form]


def file_of(folder: Path, name: str, en: str, zh: str, table: PublishedTable | None = None) -> DepositedFile:
    """Return what is told of the file `name` of `folder`, which is written already."""
    path = folder / name
    return DepositedFile(name, en, zh, path.stat().st_size, file_hash(path), table)
