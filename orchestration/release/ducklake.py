"""A release as one transaction of a DuckLake, beside its file: for readers that ask PostgreSQL which data there are.

All tables of a release are replaced in one commit, whose message is the release's id; a reader sees one release or the
other, and an old one by ``AT (VERSION => n)``. One process writes: that of the warehouse host. What does not belong
here: what is published, and when (``build.py``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from orchestration.home.database import memory_limit
from orchestration.home.installation import Installation
from orchestration.home.releases import Release, ReleaseError

if TYPE_CHECKING:
    import duckdb

AUTHOR = "baogao"
#: extensions of DuckDB that come as packages of its own version: name of the package, of the file
_EXTENSIONS = (("duckdb_extension_ducklake", "ducklake"), ("duckdb_extension_postgres_scanner", "postgres_scanner"))

_STORE = ("duckdb_extension_httpfs", "httpfs")


def follow(installation: Installation, release: Release) -> None:
    """Commit `release` to the DuckLake of the settings, if they name one. Raises ReleaseError."""
    settings = installation.settings
    if settings.publish.ducklake:
        commit(release.path / "baogao.duckdb", release.id, settings.publish.ducklake, *_files(installation))


def _files(installation: Installation) -> tuple[str, str]:
    """Return where the DuckLake's files are, and the statement by which DuckDB reaches them, empty for a disk."""
    settings, s3 = installation.settings, installation.settings.s3
    if not settings.store:
        return f"{installation.home.root / 'ducklake'}/", ""
    scheme, _, host = (s3.endpoint or f"https://s3.{s3.region}.amazonaws.com").partition("://")
    words = {
        "key_id": os.environ["AWS_ACCESS_KEY_ID"], "secret": os.environ["AWS_SECRET_ACCESS_KEY"], "endpoint": host,
        "region": s3.region, "url_style": "path" if s3.path_style else "vhost", "use_ssl": str(scheme == "https"),
    }  # fmt: skip
    told = ", ".join(f"{name} {_text(value)}" for name, value in words.items())
    return f"{settings.store}/ducklake/", f"create secret (type s3, {told})"


def commit(database: Path, release_id: str, lake: str, data: str, secret: str = "") -> int:
    """Make the tables of the release file `database` those of the DuckLake; return the snapshot's number.

    `lake` is the address of its PostgreSQL, `data` the folder of its files, `secret` the statement by which a store
    of them is reached.
    Where the newest commit is this release's already, nothing is done. Raises ReleaseError where it can't be written.
    """
    import duckdb

    try:
        with attached(lake, data, secret) as connection:
            newest = _newest(connection)
            if newest and newest[1] == release_id:
                return newest[0]
            connection.execute(memory_limit(database))
            connection.execute(f"attach {_text(str(database))} as release (read_only)")
            connection.execute("begin")
            _replace_tables(connection)
            connection.execute(f"call lake.set_commit_message({_text(AUTHOR)}, {_text(release_id)})")
            connection.execute("commit")
            made = _newest(connection)
    except duckdb.Error as error:
        raise ReleaseError(
            "release {release_id} could not be committed to the DuckLake of [publish] ducklake ({error}); "
            "see that its PostgreSQL runs and may be written, then run again",
            release_id=release_id,
            error=str(error).splitlines()[0],
        ) from error
    if made is None or made[1] != release_id:
        raise ReleaseError(
            "the DuckLake of [publish] ducklake has no commit of release {release_id}; run again", release_id=release_id
        )
    return made[0]


def _replace_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Within a transaction, make the lake's tables those of the release, with their comments."""
    tables = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = 'release' order by 1"
    ).fetchall()
    known = connection.execute("select table_name from duckdb_tables() where database_name = 'lake'").fetchall()
    for (gone,) in known:
        if gone not in {name for name, _ in tables}:
            connection.execute(f"drop table lake.{_name(gone)}")
    for name, comment in tables:
        connection.execute(f"create or replace table lake.{_name(name)} as from release.{_name(name)}")
        if comment:
            connection.execute(f"comment on table lake.{_name(name)} is {_text(comment)}")
    columns = connection.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where database_name = 'release' and comment is not null"
    ).fetchall()
    for table, column, comment in columns:
        connection.execute(f"comment on column lake.{_name(table)}.{_name(column)} is {_text(comment)}")


def _newest(connection: duckdb.DuckDBPyConnection) -> tuple[int, str] | None:
    """Return number and message of the newest commit of ours, None before the first."""
    found = connection.execute(
        f"select snapshot_id, commit_message from ducklake_snapshots('lake') where author = {_text(AUTHOR)} "
        "order by snapshot_id desc limit 1"
    ).fetchone()
    return (int(found[0]), str(found[1])) if found else None


@contextmanager
def attached(lake: str, data: str, secret: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that has the DuckLake as `lake`; its extensions come from packages, never from the net."""
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        for package, extension in (*_EXTENSIONS, *([_STORE] if secret else [])):
            connection.execute(f"load {_text(str(extension_file(package, extension)))}")
        if secret:
            connection.execute(secret)
        options = f"(data_path {_text(data)}, override_data_path true)"
        connection.execute(f"attach {_text(f'ducklake:postgres:{_libpq(lake)}')} as lake {options}")
        yield connection


def extension_file(package: str, extension: str) -> Path:
    """Return the file of one of DuckDB's extensions. Raises ReleaseError where its package is not installed."""
    from importlib.util import find_spec

    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    found = [path for folder in folders or () for path in Path(folder).rglob(f"{extension}.duckdb_extension")]
    if not found:
        raise ReleaseError('[publish] ducklake needs DuckDB\'s extensions: pip install "baogao[cluster]"')
    return found[0]


def _libpq(address: str) -> str:
    """Return a postgresql:// address as libpq's words, which is how DuckLake wants it."""
    # a value with a blank, a quote or a backslash needs libpq's own quotes
    from psycopg2.extensions import make_dsn

    parts = urlsplit(address)
    words = {
        "host": parts.hostname, "port": parts.port, "dbname": parts.path.lstrip("/"), "user": parts.username,
        "password": parts.password,
    }  # fmt: skip
    return str(make_dsn(**{name: unquote(str(value)) for name, value in words.items() if value}))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
