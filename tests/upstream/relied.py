"""What baogao relies on of others: each test of this folder says it in words, and docs/upstream.md is made of them.

What belongs here: the form of such a statement, and the versions at which the statements were looked at. What does not:
the tests themselves, one file a library.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

#: distribution → the version at which all statements on it were last seen to hold
LOOKED_AT = {
    "ahocorasick-rs": "1.0.3",
    "charset-normalizer": "3.5.2",
    "dagster": "1.13.27",
    "dagster-celery": "0.29.27",
    "dagster-dbt": "0.29.27",
    "dbt-adapters": "1.24.5",
    "duckdb": "1.5.5",
    "great-expectations": "1.24.1",
    "jieba": "0.42.1",
    "opencc": "1.4.2",
    "pandas": "3.1.1",
    "pebble": "5.2.3",
    "protego": "0.7.0",
    "pyarrow": "26.0.1",
    "pypdfium2": "5.15.2",
    "pypinyin": "0.55.0",
    "pyyaml": "6.0.3",
    "rapidocr": "3.10.0",
    "rjieba": "0.2.2",
    "scrapy": "2.19.0",
    "typer": "0.29.2",
    "xlsxwriter": "3.3.1",
}
#: what is no distribution, and so has no pin
WITHOUT_PIN = ("Python", "SQLite")

Test = TypeVar("Test", bound=Callable[..., object])


@dataclass(frozen=True)
class Statement:
    """One behaviour: whose, what happens, what follows for us, the file that relies on it, and the test that saw it.

    `private` marks what the library does not promise: a name with an underscore, a module of its inside.
    """

    library: str
    happens: str
    follows: str
    where: str
    private: bool
    test: str


STATEMENTS: list[Statement] = []


def relied_on(library: str, happens: str, *, follows: str, where: str, private: bool = False) -> Callable[[Test], Test]:
    """Say of a test which behaviour of `library` it holds, and why `where` (a path of ours) needs it."""

    def stated(test: Test) -> Test:
        place = f"{test.__module__.rsplit('.', 1)[-1]}.py::{test.__name__}"
        STATEMENTS.append(Statement(library, happens, follows, where, private, place))
        return test

    return stated


def as_tables() -> str:
    """Return the tables of docs/upstream.md, private parts apart; in the order of names, then of the tests."""
    lines: list[str] = []
    for private, title in ((False, "## Behaviour"), (True, "## Private parts")):
        lines += [title, "", "| library | what happens | what follows here | relied on by | test |"]
        lines.append("| --- | --- | --- | --- | --- |")
        for s in sorted((s for s in STATEMENTS if s.private is private), key=lambda s: s.library.lower()):
            library = f"{s.library} {LOOKED_AT[s.library]}" if s.library in LOOKED_AT else s.library
            cells = (library, s.happens, s.follows, f"`{s.where}`", f"`{s.test.split('::')[1]}`")
            lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)
