"""Settings of one installation: one typed object, read when asked for from <home>/baogao.toml and the environment.

What belongs here: what a person may want to set, with its default and its bounds. What does not: paths
(``sources/home.py``), rules of reading (lexicon, site profiles).

A value of the environment wins over the file: ``BAOGAO_CRAWL_DELAY_SECONDS=5`` is ``[crawl] delay_seconds = 5``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from sources.errors import BaogaoError
from sources.home import Home

FILE_NAME = "baogao.toml"
ENV_PREFIX = "BAOGAO_"


class SettingsError(BaogaoError):
    """The settings file or an environment variable can't be used; the message names it and the remedy."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CatalogueSettings(_Section):
    """What the rows of a catalogue may name."""

    folders: tuple[str, ...] = Field(
        default=(), description="Folders besides the catalogue's own whose files it may name; relative: to its own"
    )


class CrawlSettings(_Section):
    """How pages are asked for. Times in seconds, sizes in bytes."""

    contact: str = Field(
        default="", description="Address (mail or web) at which a site's keeper reaches you; sent to sites"
    )
    agent: str = Field(
        default="baogao/0.1", description="Name and version in the User-Agent; robots.txt rules for it apply"
    )
    delay_seconds: float = Field(default=3.0, ge=0, description="Least time between two requests to one host")
    per_host: int = Field(default=1, ge=1, le=4, description="Requests under way at one host")
    concurrency: int = Field(
        default=32, ge=1, le=256, description="Requests under way or waiting for their turn, over all hosts"
    )
    adaptive: bool = Field(default=True, description="Slow down where a host answers slowly (AutoThrottle)")
    timeout_seconds: float = Field(
        default=60.0, gt=0, description="Most time for one page, from asking to its last byte"
    )
    max_bytes: int = Field(
        default=30_000_000, gt=0, description="Largest page or document taken, also when decompressed"
    )
    retries: int = Field(default=3, ge=0, le=10, description="Further tries after 408, 429, 5xx, resets, timeouts")
    backoff_seconds: float = Field(
        default=5.0, ge=0, description="Wait before the first further try; doubles each time"
    )
    retry_after_max_seconds: float = Field(default=300.0, ge=0, description="Longest Retry-After that is waited for")
    max_redirects: int = Field(default=5, ge=0, le=20)
    max_pages: int = Field(default=30, ge=1, description="Most pages of one split document, and of one listing")
    obey_robots: bool = Field(default=True, description="Obey robots.txt; turn off for sites of your own only")
    verify_tls: bool = Field(default=True, description="Refuse hosts whose certificate can't be verified")
    allow_private_addresses: bool = Field(
        default=False, description="Also ask hosts in private networks and this machine"
    )
    use_proxy: bool = Field(default=False, description="Go through the proxy of http_proxy/https_proxy")
    keep_fraction: float = Field(
        default=0.5, ge=0, le=1, description="A page with less than this part of its former text is not believed"
    )
    accept_shorter: tuple[str, ...] = Field(
        default=(), description="Locations whose text did become shorter, as a person has checked"
    )
    resume_hours: float = Field(
        default=24.0, ge=0, description="An interrupted crawl younger than this is taken up again"
    )
    restarts: int = Field(default=2, ge=0, description="Times the crawling process is started again when it dies")


#: forms in which a release's tables are exported, besides the DuckDB file itself
EXPORTS = ("parquet", "csv", "xlsx", "dta")


class S3Settings(_Section):
    """How the store is reached. Its key stands in the environment alone: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY."""

    endpoint: str = Field(
        default="", pattern=r"^(https?://[^/\s]+)?$", description="Address of the S3 service; empty: Amazon's"
    )
    region: str = Field(default="us-east-1", min_length=1, description="Region of the bucket")
    path_style: bool = Field(
        default=True, description="The bucket stands in the path of an address, not in the name of its host"
    )


class PublishSettings(_Section):
    releases_kept: int = Field(default=5, ge=1, description="Former releases kept beside the newest")
    exports: tuple[str, ...] = Field(
        default=EXPORTS, description=f"Forms that a new release is exported in, of {', '.join(EXPORTS)}; empty: none"
    )
    texts: bool = Field(
        default=True,
        description="Releases of this home hold the reports' sentences for `baogao say`; what is given away never does",
    )
    doubt_max: float = Field(
        default=1.0, ge=0, le=1, description="The panel leaves out values of more doubt (docs/quality.md); 1 takes all"
    )
    ducklake: str = Field(
        default="",
        pattern=r"^(postgres(ql)?://\S+)?$",
        description="PostgreSQL of a DuckLake into which each release is committed too; empty: none",
    )

    @field_validator("exports")
    @classmethod
    def _exports_are_known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := sorted(set(given) - set(EXPORTS)):
            raise ValueError(f"no form of exports: {', '.join(unknown)}; choose of {', '.join(EXPORTS)}")
        return given


class DepositSettings(_Section):
    """What `baogao release deposit` says of the data beside what the release says itself; CITATION.cff too."""

    title: str = Field(default="", description="Title of the data; empty: baogao's own")
    authors: tuple[str, ...] = Field(
        default=(), description='Who made the data, each "Family, Given; ORCID; affiliation", the last two if known'
    )
    contact: str = Field(default="", description="Mail or web address of who answers questions")
    licence: str = Field(
        default="", pattern=r"^[A-Za-z0-9.+-]*$", description="Licence of the data as SPDX writes it, e.g. CC-BY-4.0"
    )
    doi: str = Field(
        default="", pattern=r"^(10\.\d{4,9}/\S+)?$", description="DOI that the archive reserved, e.g. 10.5281/zenodo.1"
    )
    publisher: str = Field(default="", description="Archive that holds the data, e.g. Zenodo")

    @field_validator("authors")
    @classmethod
    def _authors_are_names(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for author in given:
            name, orcid = [part.strip() for part in [*author.split(";"), ""][:2]]
            if not name or author.count(";") > 2:
                raise ValueError(f'"{author}": give "Family, Given; ORCID; affiliation"')
            if orcid and not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", orcid):
                raise ValueError(f'"{orcid}" of "{name}" is no ORCID: four groups of four, as 0000-0002-1825-0097')
        return given


class ClusterSettings(_Section):
    """Several machines that work on one store (docs/cluster.md). While `engine` is empty all happens on this one."""

    engine: str = Field(
        default="",
        pattern=r"^[a-z0-9_-]*$",
        description='Who starts runs: "celery": `baogao worker` on other machines; any other name: the run_launcher '
        "block that you put into dagster.yaml; empty: this machine",
    )
    records: str = Field(
        default="",
        pattern=r"^(postgres(ql)?://\S+)?$",
        description="PostgreSQL of Dagster's records and of the locks, postgresql://user@host/database; the password "
        "in the environment (PGPASSWORD, or the whole address as BAOGAO_CLUSTER_RECORDS)",
    )
    broker: str = Field(
        default="", pattern=r"^(rediss?://\S+)?$", description="Redis that holds the queues, redis://host/0"
    )
    results: str = Field(
        default="", pattern=r"^(rediss?://\S+)?$", description="Redis that holds what became of tasks; empty: `broker`"
    )
    slots: int = Field(default=1, ge=1, description="Runs at once over all machines: the slots of all workers together")
    partitions_per_run: int = Field(
        default=1, ge=1, description="Most partitions that one run reads; small ones balance better, each costs seconds"
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.engine and not self.records:
            raise ValueError("engine needs records too: the PostgreSQL that all machines share")
        if self.engine == "celery" and not self.broker:
            raise ValueError('engine = "celery" needs broker too: the Redis that holds the queues')
        return self


class GateSettings(_Section):
    """What a new release may lose or change against the one that is served; beyond it nothing is published.

    Bounds of single rows are no settings: they stand with their reasons in ``expectations/suites``.
    """

    lost: Literal["critical", "warning"] = Field(
        default="critical", description="What follows when region-years are lost whose report is still there"
    )
    lost_share: float = Field(
        default=0.01, ge=0, le=1, description="Part of the region-years that may go (an identity put right moves one)"
    )
    drift_warn_share: float = Field(
        default=0.02, ge=0, le=1, description="Part of the cells that another reading may change before it is told"
    )
    drift_stop_share: float = Field(
        default=0.2, ge=0, le=1, description="Part from which on a changed reading is taken for a broken one"
    )
    drift_cells: int = Field(
        default=100, ge=0, description="Fewer changed cells are no drift, however small the release is"
    )


class RetentionSettings(_Section):
    """How long what is no longer needed stays, for `baogao clean` (releases: `[publish] releases_kept`)."""

    snapshots: Literal["keep", "cited"] = Field(
        default="keep",
        description="keep: no fetched byte is ever deleted; cited: only those that a release or the newest page needs",
    )
    log_days: int = Field(default=90, ge=0, description="Days that logs and Dagster's finished runs stay; 0: for ever")


class ServeSettings(_Section):
    """By what names people reach `baogao ui` and `baogao dashboard`."""

    names: tuple[str, ...] = Field(
        default=(),
        description="Host names by which a proxy shows them, as baogao.example.org; loopback needs none",
    )


class RefreshSettings(_Section):
    """What the round of the season does beside declaring pages due."""

    sites: tuple[str, ...] = Field(
        default=(), description="Site profiles or listings read for new reports; empty: none, only the catalogue counts"
    )


class AlertSettings(_Section):
    """Who is told when a site fails or a new report arrives. Nothing is sent while all are empty."""

    webhook: str = Field(default="", pattern=r"^(https?://\S+)?$", description="Address that gets a POST with JSON")
    webhook_body: str = Field(
        default='{"title": $title, "text": $text}',
        description="The JSON that is posted; $title and $text stand for JSON strings",
    )
    mail_to: tuple[str, ...] = Field(default=(), description="Addresses that get a mail")
    mail_from: str = Field(default="", description="Sender of the mails")
    smtp_host: str = Field(default="", description="Mail server")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="none: on this machine only"
    )
    smtp_user: str = Field(default="", description="Empty: the server wants no login")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Better in the environment than in the file")
    timeout_seconds: float = Field(default=20.0, gt=0, description="Most time for one message")

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        if self.mail_to and not (self.mail_from and self.smtp_host):
            raise ValueError("mail_to needs mail_from and smtp_host too")
        return self


class Settings(_Section):
    """All settings. What several machines share lies below `store`; empty means the home's own folders."""

    store: str = Field(
        default="",
        pattern=r"^(s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/[\w.-]+)*)?$",
        description="What machines share: pages, raw tables, decisions, releases; e.g. s3://bucket/baogao; empty: here",
    )
    lake: str = Field(
        default="", pattern=r"^[^:]*$", description="Folder of the raw tables; empty: <home>/lake, or in the store"
    )
    language: Literal["", "en", "zh"] = Field(
        default="", description="Language of the command line's help; empty: as the machine is set"
    )
    workers: int = Field(default=0, ge=0, description="Processes that read documents; 0: one per processor core")
    catalogue: CatalogueSettings = Field(default_factory=CatalogueSettings)
    s3: S3Settings = Field(default_factory=S3Settings)
    crawl: CrawlSettings = Field(default_factory=CrawlSettings)
    publish: PublishSettings = Field(default_factory=PublishSettings)
    deposit: DepositSettings = Field(default_factory=DepositSettings)
    cluster: ClusterSettings = Field(default_factory=ClusterSettings)
    gates: GateSettings = Field(default_factory=GateSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)
    serve: ServeSettings = Field(default_factory=ServeSettings)
    refresh: RefreshSettings = Field(default_factory=RefreshSettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)

    @model_validator(mode="after")
    def _store_is_whole(self) -> Self:
        if self.store and self.lake:
            raise ValueError("store and lake: with a store the raw tables lie in it; leave lake empty")
        if self.store and self.retention.snapshots == "cited":
            raise ValueError('store and retention.snapshots = "cited": in a store every page stays; set it to "keep"')
        return self

    def shared(self, home: Home, name: str) -> str:
        """Return where a folder or file that machines share lies: an address in the store, else a path in the home."""
        return f"{self.store}/{name}" if self.store else str(home.root / name)

    def lake_root(self, home: Home) -> str:
        return self.lake or self.shared(home, "lake")


def load_settings(home: Home, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `home`: defaults, then <home>/baogao.toml, then `environment` (os.environ if None).

    Raises SettingsError where the file is no TOML, or a name or value is not one of ours.
    """
    path = home.root / FILE_NAME
    values: dict[str, Any] = {}
    if path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise SettingsError("{path}: can't be read as TOML: {error}", path=path, error=error) from error
    _overlay(values, os.environ if environment is None else environment)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(
            "settings ({path} or {env_prefix}… in the environment): {faults}",
            path=path,
            env_prefix=ENV_PREFIX,
            faults=faults,
        ) from error


def _overlay(values: dict[str, Any], environment: Mapping[str, str]) -> None:
    for name, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for inner, inner_field in model.model_fields.items():
                given = environment.get(f"{ENV_PREFIX}{name}_{inner}".upper())
                if given is not None:
                    section = values.setdefault(name, {})
                    many = inner_field.annotation == tuple[str, ...]
                    section[inner] = [part for part in given.split() if part] if many else given
        else:
            given = environment.get(f"{ENV_PREFIX}{name}".upper())
            if given is not None:
                values[name] = given
