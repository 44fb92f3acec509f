"""Settings: defaults, file, environment, clear errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.home import Home
from sources.settings import SettingsError, load_settings


def test_defaults(tmp_path: Path) -> None:
    settings = load_settings(Home(tmp_path), {})
    assert settings.crawl.obey_robots
    assert settings.crawl.verify_tls
    assert not settings.crawl.allow_private_addresses
    assert settings.lake_root(Home(tmp_path)) == str(tmp_path / "lake")


def test_environment_wins_over_file(tmp_path: Path) -> None:
    (tmp_path / "baogao.toml").write_text('store = "s3://bucket/l"\n[crawl]\ndelay_seconds = 7\nretries = 1\n')
    environment = {"BAOGAO_CRAWL_DELAY_SECONDS": "9", "BAOGAO_CRAWL_ACCEPT_SHORTER": "http://a.example/1 b.txt"}
    settings = load_settings(Home(tmp_path), environment)
    assert (settings.crawl.delay_seconds, settings.crawl.retries, settings.store) == (9, 1, "s3://bucket/l")
    assert settings.crawl.accept_shorter == ("http://a.example/1", "b.txt")
    assert settings.lake_root(Home(tmp_path)) == "s3://bucket/l/lake"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[crawl", "as TOML"),
        ("[crawl]\ndelay = 1\n", "crawl.delay"),
        ("[crawl]\nper_host = 99\n", "crawl.per_host"),
        ('lake = "s3://bucket/lake"\n', "lake"),
        ('store = "/srv/shared"\n', "store"),
        ('store = "s3://bucket"\nlake = "/srv/lake"\n', "leave lake empty"),
        ('store = "s3://bucket"\n[retention]\nsnapshots = "cited"\n', "every page stays"),
        ('[deposit]\nauthors = ["; 0000-0002-1825-0097"]\n', "Family, Given; ORCID"),
        ('[deposit]\nauthors = ["Zhang, Wei; 0000-0002"]\n', "no ORCID"),
        ('[deposit]\ndoi = "https://doi.org/10.5281/zenodo.1"\n', "deposit.doi"),
    ],
)
def test_clear_errors(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "baogao.toml").write_text(text)
    with pytest.raises(SettingsError, match=words):
        load_settings(Home(tmp_path), {})
