"""All modules imported by a process to which the packages of several machines are hidden: what it tells.

`python tests/orchestration/bare_machine.py` in the repository's folder. That takes long, so one process serves all
tests that ask (``conftest.py``).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

#: what several machines need, and one does not
HIDDEN = (
    "s3fs", "aiobotocore", "botocore", "boto3", "duckdb_extension_httpfs", "duckdb_extension_ducklake", "moto",
    "celery", "kombu", "dagster_celery", "dagster_postgres", "dagster_aws", "psycopg2", "redis",
)  # fmt: skip
#: who is started on several machines alone
OF_THE_CLUSTER = ("launcher.py", "worker.py")
ROOMS = ("sources", "expectations", "orchestration", "dashboard")


class Bare(PathFinder):
    """Finds all but what is hidden."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return None if fullname.split(".")[0] in HIDDEN else super().find_spec(fullname, path, target)


def names(repository: Path) -> list[str]:
    """Return the modules that one machine may load."""
    paths = [path for room in ROOMS for path in sorted((repository / room).rglob("*.py"))]
    found = [path for path in paths if path.name not in ("__main__.py", *OF_THE_CLUSTER)]
    return [".".join(path.relative_to(repository).with_suffix("").parts).removesuffix(".__init__") for path in found]


def main() -> None:
    """Import them all; print how many they are, and what is said where a store is asked for that needs the packages."""
    sys.meta_path[:] = [Bare if finder is PathFinder else finder for finder in sys.meta_path]
    sys.path[0] = str(Path.cwd())
    wanted = names(Path.cwd())
    for name in wanted:
        importlib.import_module(name)
    from sources.settings import Settings
    from sources.store import StoreError, connect

    print(len(wanted))  # noqa: T201
    connect(Settings())
    try:
        connect(Settings(store="s3://bucket/baogao"))
    except StoreError as error:
        print(error)  # noqa: T201


if __name__ == "__main__":
    main()
