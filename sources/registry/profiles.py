"""Site profiles: how the listings of a known site lead to its work reports. Data in ``sites/*.yaml``.

What belongs here: the form of a profile and reading a listing page by it (pure functions over bytes). What does not:
fetching (``sources/snapshot``), what a found page turns out to be (``sources/document/identity/identity.py``).

What a listing says is a lead: title and year become a label, a claim like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import yaml
from cssselect import SelectorError
from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sources.errors import BaogaoError
from sources.snapshot.pages import decode, next_page_of_listing
from sources.snapshot.paging import join_address
from sources.yaml_text import load_yaml

SITES = Path(__file__).with_name("sites")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_CHINESE_YEAR = re.compile(r"([一二][○〇零Ｏ九０O0一二三四五六七八]{3})年")
_CHINESE_DIGITS = str.maketrans("○〇零ＯO０一二三四五六七八九", "00000" + "0123456789")


class ProfileError(BaogaoError):
    """A site profile can't be used; the message names the file, the field and the fault."""


class SiteProfile(BaseModel):
    """How one site lists its reports. Patterns are regular expressions, `links` a CSS selector."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    hosts: tuple[str, ...] = Field(default=(), description="Hosts it is for; empty: any")
    region_code: str | None = Field(default=None, pattern=r"^[1-9]\d{5}$")
    region: str | None = None
    level: str | None = Field(default=None, pattern=r"^(national|province|city|county)$")
    listings: tuple[str, ...] = Field(default=(), description="Addresses of the listing pages")
    links: str = Field(default="a[href]", description="CSS selector of links to documents")
    title_pattern: str = Field(default="政府工作报告", description="What a link's words must hold")
    exclude_pattern: str = Field(
        default="解读|图解|一图|摘要|名词解释|任务分解|责任分解|分工|征求意见|落实|评论|社论|学习|说明|审议|决议|讨论",
        description="What a link's words must not hold",
    )
    address_pattern: str = Field(default="", description="What a link's address must hold")
    max_pages: int = Field(default=5, ge=1, le=100, description="Most listing pages followed")
    delay_seconds: float | None = Field(default=None, ge=0, description="Own delay, if longer than the general one")
    checked: str | None = Field(default=None, description="Date at which it was last tried against the site")

    @field_validator("title_pattern", "exclude_pattern", "address_pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


@dataclass(frozen=True)
class Candidate:
    """A report that a listing links: its address, its words, and what they claim."""

    location: str
    title: str
    region_code: str | None
    region: str | None
    level: str | None
    report_year: int | None
    profile: str


def load_profiles(folder: Path = SITES) -> dict[str, SiteProfile]:
    """Return the profiles of a folder by name. Raises ProfileError naming file and fault."""
    profiles: dict[str, SiteProfile] = {}
    for path in sorted(folder.glob("*.yaml")):
        profile = read_profile(path)
        if profile.name in profiles:
            raise ProfileError(
                "{path}: a profile named {name!r} exists already; give it another name", path=path, name=profile.name
            )
        profiles[profile.name] = profile
    return profiles


def read_profile(path: Path) -> SiteProfile:
    try:
        values = load_yaml(path.read_text(encoding="utf-8"))
        return SiteProfile.model_validate(values)
    except (OSError, yaml.YAMLError, re.error) as error:
        raise ProfileError("site profile {path}: {error}", path=path, error=error) from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ProfileError("site profile {path}: {faults}", path=path, faults=faults) from error


def profile_for(url: str, profiles: dict[str, SiteProfile]) -> SiteProfile:
    """Return the profile of the address's host, else the generic one."""
    host = urlsplit(url).hostname or ""
    for profile in profiles.values():
        if host in profile.hosts:
            return profile
    return profiles["generic"]


def find_reports(body: bytes, url: str, profile: SiteProfile) -> list[Candidate]:
    """Return the reports that the listing page at `url` links, each once, in the page's order."""
    try:
        tree = lxml.html.document_fromstring(decode(body))
        anchors = tree.cssselect(profile.links)
    except (etree.ParserError, SelectorError, ValueError):
        return []
    found: dict[str, Candidate] = {}
    for anchor in anchors:
        address = join_address(url, anchor.get("href") or "")
        title = _title(anchor)
        if not address or address in found or not _wanted(title, address, profile):
            continue
        found[address] = Candidate(
            address, title, profile.region_code, profile.region, profile.level, _year_of(title), profile.name
        )
    return list(found.values())


def next_listing(body: bytes, url: str, profile: SiteProfile) -> str | None:
    """Return the address of the listing's next page, or None."""
    return next_page_of_listing(body, url)


def _title(anchor: lxml.html.HtmlElement) -> str:
    """Return a link's title: sites cut the words off and keep the whole in `title`."""
    words = " ".join(anchor.text_content().split())
    attribute = " ".join((anchor.get("title") or "").split())
    return attribute if len(attribute) > len(words) else words


def _wanted(title: str, address: str, profile: SiteProfile) -> bool:
    return (
        re.search(profile.title_pattern, title) is not None
        and (not profile.exclude_pattern or re.search(profile.exclude_pattern, title) is None)
        and (not profile.address_pattern or re.search(profile.address_pattern, address) is not None)
    )


def _year_of(title: str) -> int | None:
    """Return the one year that a title names; none or several: None."""
    years = {int(year) for year in _YEAR.findall(title)}
    years |= {int(text.translate(_CHINESE_DIGITS)) for text in _CHINESE_YEAR.findall(title)}
    return years.pop() if len(years) == 1 else None
