"""What did the scheme before call these rules? For a home that was made by it (``sources/former_versions.py``).

    git worktree add ../before COMMIT       # the last commit of the former scheme
    python -m benchmarks.former_versions ../before

Prints the modules that mean something else there, which have to be looked at: none of them may make other rows
(``benchmarks.same`` shows it). Then the lines of `FORMER`. The former scheme hashed the names and bytes of files.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
from collections.abc import Iterable
from pathlib import Path

from orchestration.home import fingerprints
from sources import meaning
from sources.home import REPOSITORY

#: the function that each version comes from, by its name
VERSIONS = {
    "parser": "sources.document.reports:_version",
    "rules": "sources.extraction:rules_version",
    "lexicon": "sources.extraction:lexicon_version",
    "segmentation": "sources.terms:segmentation_version",
    "registry": "sources.registry.export:registry_version",
}
PACKAGES = ("document", "extraction", "terms", "registry", "corrections")


def bytes_of(paths: Iterable[Path], more: str = "") -> str:
    """Return the former scheme's version: a hash of the names and bytes of `paths`."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(more.encode())
    return digest.hexdigest()[:12]


def former_versions(checkout: Path, ocr: str) -> dict[str, str]:
    """Return the versions that the former scheme gave the rules of `checkout`; `ocr` as ``ocr_version`` told it."""
    sources = checkout / "sources"
    document, extraction, registry = sources / "document", sources / "extraction", sources / "registry"
    lexicon = extraction / "lexicon" / "data"
    shared = [document / name for name in ("normal.py", "scan.py", "sections.py")]
    further = [sources / name for name in ("fonts.py", "registry/addresses.py", "registry/regions.py")]
    data = sorted(path for path in registry.iterdir() if path.suffix in (".yaml", ".csv"))
    modules = sorted(path for path in document.rglob("*") if path.suffix in (".py", ".yaml", ".csv"))
    return {
        "parser": bytes_of([*modules, *data, *further], ocr),
        "rules": bytes_of([*sorted(extraction.rglob("*.py")), *shared]),
        "lexicon": bytes_of(sorted(lexicon.glob("*.yaml"))),
        "segmentation": "",  # was not told
        "registry": fingerprints.digest(
            fingerprints.of_files(registry, ["*.csv", "*.yaml", "*.py"]),
            fingerprints.of_files(lexicon, ["*.yaml"]),
            fingerprints.of_files(sources / "corrections", ["*.yaml", "*.py"]),
        ),
    }


def current_versions() -> dict[str, str]:
    """Return the versions as they are named now, whatever `FORMER` says."""
    meaning.FORMER.clear()
    found = {}
    for name, place in VERSIONS.items():
        module, function = place.split(":")
        found[name] = getattr(importlib.import_module(module), function)()
    return found


def differing(checkout: Path) -> list[str]:
    """Return the modules and files of data that mean something else in `checkout`, or stand in one of the two only."""
    here, there = (_meanings(root / "sources") for root in (REPOSITORY, checkout))
    return sorted({(here | there)[meant] for meant in here.keys() ^ there.keys()})


def _meanings(sources: Path) -> dict[str, str]:
    """Return the names of modules and files of data by what they mean."""
    paths = [path for package in PACKAGES for path in (sources / package).rglob("*")]
    modules = {meaning.meaning_of([path]): path.name for path in paths if path.suffix == ".py"}
    return modules | {meaning.meaning_of([], [p]): p.name for p in paths if p.suffix in (".yaml", ".csv")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("checkout", type=Path)
    checkout = parser.parse_args().checkout
    for name in differing(checkout):
        print(f"# means something else, or is new or gone: {name}")
    from sources.document.forms import recognition

    current = current_versions()
    for name, former in former_versions(checkout, recognition.ocr_version()).items():
        print(f'    "{current[name]}": "{former}",  # {name}')
    without = importlib.import_module("sources.document.reports")
    without.ocr_version = lambda: ""
    print(f'    "{without._version()}": "{former_versions(checkout, "")["parser"]}",  # parser, without OCR')


if __name__ == "__main__":
    main()
