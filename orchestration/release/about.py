"""What is said of a release as a whole: title, authors, day, licence, where it is found, and what is not known yet.

What belongs here: the facts, from the manifest and the settings, and CITATION.cff, which every release has. What does
not: what archives and catalogues ask for (``deposit/``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml

from sources.settings import DepositSettings

TITLE = "baogao: city-year indicators from Chinese government work reports"
TITLE_ZH = "政府工作报告数据仓库：各级地区年度指标"
#: where nobody is named
NOBODY = "The baogao contributors"
KEYWORDS = ("China", "government work report", "growth targets", "local government", "政府工作报告", "经济增长目标")


@dataclass(frozen=True)
class Author:
    """A person with both names, or a body with `name` alone."""

    name: str
    family: str = ""
    given: str = ""
    orcid: str = ""
    affiliation: str = ""


@dataclass(frozen=True)
class Dataset:
    """A release as a work that is cited. `missing` are the settings of `[deposit]` that nobody has filled in."""

    release: str
    day: date
    title: str
    authors: tuple[Author, ...]
    contact: str
    licence: str
    doi: str
    publisher: str
    abstract: str
    years: tuple[int, int] | None
    missing: tuple[str, ...]

    @property
    def licence_address(self) -> str:
        return f"https://spdx.org/licenses/{self.licence}.html" if self.licence else ""

    @property
    def address(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def citation(self) -> str:
        """Return one line that names the data in a list of references."""
        names = "; ".join(author.name for author in self.authors)
        parts = [f"{names} ({self.day.year})", self.title, f"release {self.release}", self.publisher, self.address]
        return ". ".join(part for part in parts if part)


def about(release_id: str, covered: Mapping[str, Any], settings: DepositSettings) -> Dataset:
    """Return what is known of the release `release_id`; `covered` is what its manifest says of that."""
    from importlib.metadata import version

    years = (covered["first_year"], covered["last_year"]) if covered.get("first_year") else None
    told = f", {covered['regions']} regions, {years[0]} to {years[1]}" if years else ""
    abstract = (
        "Targets and results that the work reports of Chinese governments state, by region and year"
        f"{told}. Every number leads back to the sentence that states it, its place and the hash of the page as "
        f"fetched; of every empty cell it is known why. Made by baogao {version('baogao')}."
    )
    return Dataset(
        release=release_id,
        day=datetime.strptime(release_id[:8], "%Y%m%d").date(),
        title=settings.title or TITLE,
        authors=tuple(map(_author, settings.authors)) or (Author(NOBODY),),
        contact=settings.contact,
        licence=settings.licence,
        doi=settings.doi,
        publisher=settings.publisher,
        abstract=abstract,
        years=years,
        missing=tuple(
            name for name in ("authors", "contact", "licence", "doi", "publisher") if not getattr(settings, name)
        ),
    )


def _author(told: str) -> Author:
    name, orcid, affiliation = [part.strip() for part in [*told.split(";"), "", ""][:3]]
    family, comma, given = [part.strip() for part in name.partition(",")]
    return Author(name, family if comma else "", given, orcid, affiliation)


def cff(dataset: Dataset) -> str:
    """Return CITATION.cff: the release's id is what a paper names."""
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them with the release's version.",
        "title": dataset.title,
        "type": "dataset",
        "authors": list(map(_cff_author, dataset.authors)),
        "version": dataset.release,
        "date-released": dataset.day.isoformat(),
        "abstract": dataset.abstract,
        "keywords": list(KEYWORDS),
    }
    for name, value in (("license", dataset.licence), ("doi", dataset.doi)):
        if value:
            content[name] = value
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _cff_author(author: Author) -> dict[str, str]:
    names = {"family-names": author.family, "given-names": author.given} if author.family else {"name": author.name}
    orcid = f"https://orcid.org/{author.orcid}" if author.orcid else ""
    told = {**names, "orcid": orcid, **({"affiliation": author.affiliation} if author.family else {})}
    return {name: value for name, value in told.items() if value}
