"""What archives ask for in their own words: DataCite's metadata of a DOI, and Zenodo's of an upload."""

from __future__ import annotations

from typing import Any

from orchestration.release.about import KEYWORDS, TITLE_ZH, Author, Dataset

#: DataCite's own word for what is not known
UNAVAILABLE = ":unav"


def datacite(dataset: Dataset) -> dict[str, Any]:
    """Return the metadata of DataCite's schema 4.5 as JSON."""
    told: dict[str, Any] = {
        "creators": list(map(_datacite_creator, dataset.authors)),
        "titles": [
            {"title": dataset.title, "lang": "en"},
            {"title": TITLE_ZH, "titleType": "TranslatedTitle", "lang": "zh"},
        ],
        "publisher": {"name": dataset.publisher or UNAVAILABLE},
        "publicationYear": str(dataset.day.year),
        "types": {"resourceType": "Panel data", "resourceTypeGeneral": "Dataset"},
        "subjects": [{"subject": word} for word in KEYWORDS],
        "dates": [{"date": dataset.day.isoformat(), "dateType": "Created"}],
        "language": "zh",
        "version": dataset.release,
        "descriptions": [{"description": dataset.abstract, "descriptionType": "Abstract", "lang": "en"}],
        "geoLocations": [{"geoLocationPlace": "China"}],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    if dataset.years:
        years = "/".join(map(str, dataset.years))
        told["dates"].append({"date": years, "dateType": "Other", "dateInformation": "years that the figures are of"})
    if dataset.licence:
        told["rightsList"] = [
            {
                "rightsIdentifier": dataset.licence,
                "rightsIdentifierScheme": "SPDX",
                "rightsUri": dataset.licence_address,
            }
        ]
    if dataset.doi:
        prefix, _, suffix = dataset.doi.partition("/")
        told |= {"doi": dataset.doi, "prefix": prefix, "suffix": suffix}
    return told


def _datacite_creator(author: Author) -> dict[str, Any]:
    told: dict[str, Any] = {"name": author.name, "nameType": "Personal" if author.family else "Organizational"}
    if author.family:
        told |= {"familyName": author.family, "givenName": author.given}
    if author.affiliation:
        told["affiliation"] = [{"name": author.affiliation}]
    if author.orcid:
        address = f"https://orcid.org/{author.orcid}"
        told["nameIdentifiers"] = [
            {"nameIdentifier": address, "nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
        ]
    return told


def zenodo(dataset: Dataset) -> dict[str, Any]:
    """Return `.zenodo.json`: the metadata of an upload, as Zenodo's deposit API names them."""
    told: dict[str, Any] = {
        "title": dataset.title,
        "upload_type": "dataset",
        "description": f"<p>{dataset.abstract}</p><p>{TITLE_ZH}</p>",
        "creators": list(map(_zenodo_creator, dataset.authors)),
        "keywords": list(KEYWORDS),
        "version": dataset.release,
        "publication_date": dataset.day.isoformat(),
        "language": "zho",
        "access_right": "open",
    }
    if dataset.licence:
        told["license"] = dataset.licence.lower()
    if dataset.doi:
        told["doi"] = dataset.doi
    return told


def _zenodo_creator(author: Author) -> dict[str, str]:
    told = {"name": author.name, "orcid": author.orcid, "affiliation": author.affiliation}
    return {name: value for name, value in told.items() if value}
