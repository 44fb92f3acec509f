"""Whose figure it is: the report's own region, a named part of it, another place, or a company.

What belongs here: reading the words left of a name as a place. What does not: lists of places.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from sources.extraction.grammar.words import leads_to_name

AREA_CODES: Final = Path(str(files("sources.registry") / "areacodes.csv"))
_CLASS_WORD: Final = re.compile(r"(?:[一-龥]{1,6}族)*(?:自治)?(?:地区|新区|市|县|区|旗|盟|州)$")
_PLACE_TYPES: Final = (
    "高新技术产业开发区|经济技术开发区|高新技术产业园区?|经济开发区|产业集聚区|自由贸易试验区|"
    "自贸试验区|综合保税区|开发区|高新区|经开区|科技城|科学城|产业园区|工业园区|"
    "金?三角(?:洲)?(?:地区)?|产业园|工业园|循环经济园|经济园|物流园|科技园|创业园|集中区|产业带|片区|功能区|城市群|都市圈|城市圈|经济圈|经济带|示范区|试验区|合作区|保税区|新区|新城|示范园|园区|港区|自治县|自治旗|自治州|"
    "县|区|市|旗|镇|乡|街道|(?<!联)盟|州"
)
_KIND_ALONE, _ENDS_IN_KIND = re.compile(_PLACE_TYPES), re.compile(rf"[一-龥]*?(?:{_PLACE_TYPES})")
_PLACE: Final = re.compile(rf"(?P<place>[一-龥]{{2,8}}?(?:{_PLACE_TYPES}))\Z")
_GENERIC: Final = re.compile(
    r"(?:全|自治|各|我|本|县|市|省|城|郊|山|牧|农|景|灾|社|小|老|辖|园|街|校|库|库区|建成|中心城|主城|"
    r"贫困|脱贫|地|两|外|境|牧|林|矿|示范|试点|部分|所有|重点|主要|牧业|周边|沿海|国内|海关|"
    r"相关|有关|大|中小|下辖|多个|[一二三四五六七八九十百\d]+个?|城|乡|村|集|小城|建制|示范性|"
    r"产业转移|共建|重建|新建|合作共建|特色|现有|每个?|该|高标准|连片|建设|产业|工业|国家级|省级|市级|县级|"
    r"国际|批发|农贸|超|菜|农村|股票|资本|证券|消费|劳动力|人才|房地产|住房|境外|海外|主体|大城)(?:内|"
    r"个)?"
    rf"(?:{_PLACE_TYPES})\Z"
)
_BEGINNINGS: Final = re.compile(
    r"^(?:年|全年|今年|去年|当年|目前|截至|预计|初步|已|累计|共|支持|推动|推进|加快|其中|以及|和|"
    r"与|及|在|使|让|由|的|对|从|向|到|是|为|全市|全省|全县|我市|我省|我县|建设|建成|引进|打造|"
    r"带动|新增|年末|年底|完成|实施|新?组建|设立|成立|新?获批|新?认定|培育|改?扩建|新?改?建|改造|启动|开工|落实|加强|举办|牵头|重组|争取|力争|申报|发放|投入|安排|全面|深入)+"
)
_ORGANISATION: Final = re.compile(
    r"(?:公司|集团|企业|银行|厂|医院|大学|学院|合作社|机构|部门|单位|商户|农户|上市公司)\Z"
)
_WIDER: Final = re.compile(r"(?:全国|全球|世界|我国|国家|中国|中央|国内(?!贸易|市场|消费))")
_PROVINCE: Final = re.compile(r"(?:全省|省内|全自治区|自治区|我省|本省)")
_CITY: Final = re.compile(r"(?:全市|我市|全州|全盟|全地区)")
#: kinds of zones by which one that is named, or the region itself, is called for short
_BARE: Final = ("合作区", "开发区", "高新区", "经开区", "新区", "新城", "园区", "产业园", "科技城", "示范区")


class Region:
    """The report's own region: `name` as identified (may be empty), `level` one of tables.LEVELS or empty.

    `stem` is its name without its kind; `own_words` are words for an area that mean the region itself at its own level:
    县域生产总值 in a county's report.
    """

    def __init__(self, name: str, level: str, code: str | None = None) -> None:
        self.name = name
        self.level = level
        self.code = code
        self.stem: str = re.sub(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|县|区|旗|盟|州)$", "", name)
        own: dict[str, tuple[str, ...]] = {
            "county": ("县域", "区域", "全域", "县级", "区级"),
            "city": ("市域", "区域", "全域"),
            "province": ("省域", "区域"),
        }
        kind = next((kind for kind in _BARE if name.endswith(kind)), None)
        self.own_words: frozenset[str] = frozenset([*own.get(level, ()), *((kind,) if kind else ())])

    def wider(self, words: str) -> str | None:
        """Return the word of `words` that names a wider region than the report's own."""
        match = _WIDER.search(words)
        if match:
            return None if self.level == "national" else match.group()
        if self.level in ("city", "county"):
            match = _PROVINCE.search(words)
            if match:
                return match.group()
            if "全区" in words and self.level == "city" and self._in_autonomous_region():
                return "全区"
        if self.level == "county" and not self.name.endswith("市"):
            match = _CITY.search(words)
            if match:
                return match.group()
        return None

    @property
    def children(self) -> frozenset[str]:
        """Short forms of the names of what the region is divided into, where its code is known: 云河 for 云河市."""
        return _children(self.code or "")

    def _in_autonomous_region(self) -> bool:
        return (self.code or "")[:2] in ("15", "45", "54", "64", "65")


@lru_cache(maxsize=1)
def _codes() -> tuple[tuple[str, str], ...]:
    with AREA_CODES.open(encoding="utf-8-sig", newline="") as stream:
        return tuple((row["代码"], row["名称"]) for row in csv.DictReader(stream))


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(name for _, name in _codes())


@lru_cache(maxsize=64)
def _children(code: str) -> frozenset[str]:
    """Return the short names of all regions below `code`: the code table is nested by its digits."""
    stem = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else ""
    if len(code) != 6 or not stem:
        return frozenset()
    names = (_CLASS_WORD.sub("", name) for other, name in _codes() if other.startswith(stem) and other != code)
    return frozenset(name for name in names if len(name) >= 2)


_AFTER_DIGITS: Final = re.compile(r"\d+")
#: kinds of places that alone name none
_SMALL: Final = frozenset(("县", "区", "市", "旗", "镇", "乡", "街道", "盟", "州", "园区", "片区", "港区", "新区"))
#: two words for kinds of places are no name: 市州, 县区
_KINDS: Final = re.compile("(?:市州|县区|市县|区县|州市|盟市|旗县|市区|城区|县市|乡镇|城镇)\\Z")


#: what numbers the points of a list: 四是东湖片区, 其二东湖片区
_ITEM: Final = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}是要?|其[一二三四五六七八九]是?|第[一二三四五六七八九十][,、]|首先|其次|再次|再者)[,、:]?"
)


#: no word for cities in general ends so
_CITY_NAME: Final = re.compile("(?![各全两多个些该本我名大小])[一-龥][州山]市")


def without_item(words: str) -> str:
    """Return a sentence without the number of its point: 四是东湖片区 → 东湖片区."""
    item = _ITEM.match(words)
    return words[item.end() :] if item else words


def without_beginning(words: str) -> str:
    """Return what may be a place's name of the words left of a thing: 预计2015年新区 → 新区."""
    return _BEGINNINGS.sub("", without_item(_AFTER_DIGITS.split(words)[-1]))


def place_of(words: str, region: Region) -> str | None:
    """Return the place that ends `words` (清坞县, 低碳产业园), or None where it is generic or the region itself."""
    words = without_beginning(words)
    match = _PLACE.search(words)
    if not match:
        return None
    # the shortest place ends the words; a longer one that starts them is the whole
    place = words if re.fullmatch(rf"[一-龥]{{2,14}}(?:{_PLACE_TYPES})", words) and len(words) <= 16 else match["place"]
    place = _without_verb(place)
    if not place or "工程" in place or "项目" in place:
        return None
    if _is_city(place, region):
        return None if place == region.name else place
    if _KINDS.search(place):
        return None
    if _GENERIC.search(place) and len(_GENERIC.search(place).group()) >= len(place) - 1:  # type: ignore[union-attr]
        return None
    if place == region.name or (region.stem and place.startswith(region.stem) and place == region.name):
        return None
    return place


def _is_city(place: str, region: Region) -> bool:
    """Whether what ends like a kind of places (州市, 山县) is one's name: 兰州市, 象山县, our own 青山区."""
    if place[-1] in "市县旗":
        return place in _names() or _CITY_NAME.fullmatch(place) is not None
    return place[-1] == "区" and place in _names() and place[:-1] in region.children


def _without_verb(place: str) -> str:
    """确保产业带, 做强东湖合作区 → 产业带, 东湖合作区; nothing where a verb and a kind are all (实现街道)."""
    size = next((size for size in (4, 3, 2) if len(place) > size and leads_to_name(place[:size])), 0)
    if not size or _KIND_ALONE.fullmatch(place) or place in _names():
        return place
    rest = place[size:]
    return rest if _ENDS_IN_KIND.fullmatch(rest) and rest not in _SMALL else ""


_HEAD_PLACE: Final = re.compile(
    r"(?P<place>(?![全我本各该两])[一-龥]{2,4}?(?:市|县|州|盟|旗))(?=(?![城域级区委乡镇直里内外])[一-龥])"
)
_NOT_A_PLACE: Final = re.compile(
    r"(?:城市|都市|超市|门市|上市|股市|楼市|夜市|集市|入市|县市|强县|大县|百强县|各县|[提加推支完建实强做打争][升强进持善设施化大造创]|区县|市场|欧洲|亚洲|非洲|神州|广东省)"
)


_HEAD_TOWN: Final = re.compile(
    r"(?P<place>(?![一-龥]{0,2}[各每两])(?!以|将|把|对|在|为|让|从|按|各|每|全|两|多|新型|特色|其他|重点|中心|城关镇化)[一-龥]{2,3}(?:街道|(?<![城乡集小])镇|(?<!城)乡))"
    r"(?=[一-龥])(?![化域村区街道镇级办企土音贤])"
)
_HEAD_CLUSTER: Final = re.compile(
    r"(?P<place>(?!全[国省]|重点|主要|沿海|贫困|民族|其他|各|相关|边远|山区|周边|中西部)[一-龥]{2,6}(?:城市群|都市圈|城市圈|经济圈|经济带))(?=[一-龥])(?!建设|发展规划|规划|加快|协同|获批|一体化|[^,;。]{0,10}警示片)"
)


def place_at_head(sentence: str, region: Region) -> str | None:
    """Return the city or county that opens a sentence of a wider region's report (榆舟市…, its figures follow)."""
    sentence = without_item(sentence)
    if region.level == "county":
        town = _HEAD_TOWN.match(sentence)
        place = town["place"] if town else ""
        return place if place and _without_verb(place) == place else None
    if region.level not in ("province", "national", "city"):
        return None
    cluster = _HEAD_CLUSTER.match(sentence)
    if cluster:
        return cluster["place"]
    match = _HEAD_PLACE.match(sentence)
    if (
        match
        and region.level == "city"
        and (match["place"][-1] not in "县旗" or re.search("[贫强大各区]", match["place"]))
    ):
        return None
    if not match or _NOT_A_PLACE.search(sentence[: match.end() + 1]) or match["place"] == region.name:
        return None
    return match["place"]


_HEAD_ZONE: Final = re.compile(
    r"(?P<place>高新区|经开区|开发区|(?!国家)[一-龥]{2,10}?(?:自由贸易试验区|自贸试验区|高新技术产业开发区|经济技术开发区|综合保税区|合作区|保税区|开发区|高新区|经开区|产业园|工业园|"
    r"新区|新城|科技城|科学城|科教城))"
    r"(?=(?:全年|全面|正式|成功|共|累计|已|新|预计|五年来?|近?[二三四]年来?|当年|先后)*(?:启动|实施|实现|完成|落地|引进|签约|新增|新签|建成|入驻|集聚|获批|挂牌|开展|推进|深入|加快|注册|开工|拥有|汇聚|聚集|吸引|签订))"
)


#: one of them ends every zone: far cheaper to look for
_ENDS_OF_ZONE: Final = ("区", "园", "城")


def zone_at_head(clause: str, region: Region) -> str | None:
    """Return the named zone or park that opens a clause as its subject (清源合作区启动16个项目)."""
    clause = without_item(clause)
    match = _HEAD_ZONE.match(clause) if any(end in clause for end in _ENDS_OF_ZONE) else None
    if not match:
        return None
    place = match["place"]
    own = place == region.name or (bool(region.stem) and region.name.endswith("新区") and region.stem in place)
    return None if own else place_of(place, region)


_TOPIC: Final = re.compile(
    r"(?:[一二三四五六七八九十]是|[(（][一二三四五六七八九十\d]{1,2}[)）]|\d{1,2}[、.])?(?:全力|大力|加快|加速|推进|推动|强力|扎实|有序|着力|深入|启动|实施|统筹|抓好|加大)+"
    r"(?P<place>[一-龥]{2,7}?(?:新城|新区|片区|中心区|合作区|开发区|高新区|经开区|园区|产业园|空港|港区|科技城)|"
    r"(?!旅游|资源|项目|土地|城市|城乡|矿产|产品|景区|新城|住房|商业|经济|区域|房产|地产)[一-龥]{2,3}(?=(?:大)?开发建设))"
    r"(?:大)?(?:开发建设|开发|规划建设|建设|改造)(?=[,。;、]|等|步伐|力度)"
)


def in_full(scope: str, before: str) -> str:
    """Return the full name to which a bare 合作区 points back in the words before it, else the scope itself."""
    if scope not in _BARE:
        return scope
    named = re.findall(rf"(?<![一-龥])(?:加快|推进|支持|推动|建设)?([一-龥]{{2,8}}{scope})", before)
    found = _BEGINNINGS.sub("", named[-1]) if named else ""
    return found if len(found) > len(scope) else scope


def topic_place(words: str, region: Region) -> str | None:
    """Return the named part that a sentence is about (加快柳湾新城建设, 三是推进东河片区开发), if any."""
    match = _TOPIC.match(words)
    if not match:
        return None
    place = match["place"]
    named = re.sub(r"(?:新城|新区|片区|中心区|合作区|开发区|高新区|经开区|园区|产业园|空港|港区|科技城)$", "", place)
    generic = re.fullmatch(
        r"(?:各|各类|两|多|重点|老|城|省级|国家级|市级|工业|产业|功能|特色|现代|示范|县城|城市)*", named
    )
    own = place == region.name or (region.stem and region.stem in place and region.name.endswith("新区"))
    return None if generic or own else place


def is_group(words: str) -> bool:
    """Whether the words end in a group of places without a name (脱贫县)."""
    return bool(
        re.search(
            r"(?:贫困|脱贫|重点|沿海|山区|少数民族|革命老区|国定|省定|各|每个?|大部分|大多数|多数|部分|少数|个别|绝大多数|半数以上)的?"
            r"(?:县[市区]?|市[县区]?|区[县]?|镇|村|地区|乡镇|旗县|园区|开发区|盟市|州市)\Z",
            words,
        )
    )


def is_organisation(words: str) -> bool:
    """Whether the words end in a company, a kind of enterprise or an institution."""
    return bool(_ORGANISATION.search(words))
