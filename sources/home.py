"""Where everything of one installation lies: the paths under BAOGAO_HOME, and nothing else.

What belongs here: paths. What does not: settings (``sources/settings.py``), reading or writing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ENV_HOME = "BAOGAO_HOME"
#: the folder that holds our packages: the checkout, or where pip put them, in which nothing may be written
REPOSITORY = Path(__file__).resolve().parent.parent
IN_CHECKOUT = (REPOSITORY / "pyproject.toml").is_file()


@dataclass(frozen=True)
class Home:
    """The folders of one installation. `root` need not exist yet; `create` makes it."""

    root: Path

    @property
    def raw(self) -> Path:
        """Bytes as fetched, at raw/<aa>/<sha256>; never overwritten."""
        return self.root / "raw"

    @property
    def lake(self) -> Path:
        """Raw tables: lake/<table>/<report year>/<province>.parquet."""
        return self.root / "lake"

    @property
    def quarantine(self) -> Path:
        """Rows that failed a row-level expectation: quarantine/<table>/<report year>/<province>.parquet."""
        return self.root / "quarantine"

    @property
    def reviews(self) -> Path:
        """Files in which a person overrules an identity, an observation, or corrects a source error."""
        return self.root / "reviews"

    @property
    def warehouse(self) -> Path:
        """The file that dbt alone opens: what lies between the raw tables and the marts."""
        return self.root / "work.duckdb"

    @property
    def marts(self) -> Path:
        """The marts as dbt wrote them: dbt alone writes here, a release begins as a copy of it."""
        return self.root / "marts.duckdb"

    @property
    def texts(self) -> Path:
        """The sentences of reports as dbt wrote them, beside the marts since what is given away goes without them."""
        return self.root / "texts.duckdb"

    @property
    def dbt_files(self) -> tuple[Path, Path, Path]:
        """What dbt writes, and nobody else."""
        return self.warehouse, self.marts, self.texts

    @property
    def published(self) -> Path:
        """What readers open: a link to the newest release, replaced by rename."""
        return self.root / "published"

    @property
    def published_database(self) -> Path:
        return self.published / "baogao.duckdb"

    @property
    def releases(self) -> Path:
        """The last N releases, one folder each."""
        return self.root / "releases"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME of this installation."""
        return self.root / "dagster"

    @property
    def catalogue(self) -> Path:
        """The catalogue that this home follows, as given by the last `baogao run --catalogue`."""
        return self.root / "catalogue.csv"

    @property
    def scratch(self) -> Path:
        """Files that grow before a store takes them whole; nobody's once the lock is held alone."""
        return self.root / "scratch"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

    def create(self) -> Home:
        for folder in (self.root, self.raw, self.lake, self.reviews, self.releases, self.dagster):
            folder.mkdir(parents=True, exist_ok=True)
        return self


def find_home(given: str | Path | None = None) -> Home:
    """Return the home that was named, else that of BAOGAO_HOME, else `data/` in the checkout.

    Where baogao is installed without its checkout, the last is `baogao_home/` in the folder where it is called: there
    `data/` may well be somebody's own.
    """
    chosen = given or os.environ.get(ENV_HOME) or (REPOSITORY / "data" if IN_CHECKOUT else "baogao_home")
    return Home(Path(chosen).expanduser().resolve())
