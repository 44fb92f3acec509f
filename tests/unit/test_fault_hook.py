"""The hook of the fault harness: which operations it tells of, where, and what it has fail, in a process of its own."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from faults.hook import Spec
from faults.sweep import ERRORS, Site, cases, cases_of, compound, sites_of

from sources.home import REPOSITORY

#: flushes three files, and tells what came of each: 0, or the error's number
WORK = """
import os, sys
from pathlib import Path
from faults.hook import Spec, install
from sources.disk import flush
install(Spec.from_env(), "cli")
for name in "abc":
    try:
        path = Path(sys.argv[1], name)
        path.write_text("甲" * 100, encoding="utf-8")
        flush(path)
        print(0)
    except OSError as error:
        print(error.errno)
"""


def work(root: Path, spec: Spec) -> list[int]:
    root.mkdir(exist_ok=True)
    place = os.pathsep.join([str(REPOSITORY / "tests"), str(REPOSITORY)])
    environment = {**os.environ, **spec.to_env(), "PYTHONPATH": place}
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(root)], env=environment, capture_output=True, text=True, check=False
    )
    return [int(line) for line in done.stdout.split()] if done.returncode == 0 else [done.returncode]


def test_an_operation_fails_where_and_as_often_as_it_is_told(tmp_path: Path) -> None:
    root, log = tmp_path / "root", tmp_path / "log"
    assert work(root, Spec(str(root), log=str(log))) == [0, 0, 0]
    (read, fsync) = sites_of(log.read_text(encoding="utf-8").splitlines())
    assert [(site.name.split()[-1], site.times) for site in (read, fsync)] == [("read", 3), ("fsync", 3)]
    assert read.name.startswith("sources.disk:flush:") and read.first < fsync.first

    def failing(**more: object) -> list[int]:
        return work(root, Spec(str(root), site=fsync.name, nth=2, **more))  # type: ignore[arg-type]

    assert failing(error=errno.EIO) == [0, errno.EIO, 0]
    assert failing(error=errno.EIO, lasting=True) == [0, errno.EIO, errno.EIO]
    assert failing(error=errno.ENOSPC) == [0, errno.ENOSPC, 0]
    assert failing(error=errno.ENOSPC, lasting=True) == [0, errno.ENOSPC, errno.ENOSPC]
    # a full disk takes some of it; reading and flushing need no room
    full = Spec(str(root), site="nobody write", nth=2, error=errno.ENOSPC)
    assert work(root, full) == [0, errno.ENOSPC, 0]
    assert ("甲" * 100).encode().startswith((root / "b").read_bytes())
    assert work(root, replace(full, site=read.name, nth=3, lasting=True)) == [0, 0, errno.ENOSPC]
    assert failing(group=False) == [-9]
    two = Spec(str(root), site=fsync.name, error=errno.EIO, also={"site": read.name, "nth": 3, "error": errno.EINTR})
    assert work(root, two) == [errno.EIO, 0, errno.EINTR]


def test_the_cases_are_all_that_can_go_wrong_at_each_site() -> None:
    once, often = Site("sources.disk:flush:29 fsync", 1, 5), Site("sources.lake:put:212 open", 9, 2)
    assert len(cases_of(once)) == 1 + 2 * len(ERRORS) == 7
    assert len(cases_of(often)) == 21 and {at["nth"] for case in cases_of(often) for at in case.at} == {1, 5, 9}
    sites = [Site(f"sources.lake:put:{line} open", 3, line) for line in range(60)]
    both = compound(sites, 1)
    assert len(both) == 60 and both == compound(sites, 1) != compound(sites, 2)
    names = [case.name for case in cases(sites, 1)]
    assert len(names) == len(set(names)) == 60 * 21 + 30 + 60
    assert json.loads(json.dumps(both[0].at[0])) == both[0].at[0]
