"""Which indicator is meant, beyond its name: by unit, by what the report calls things, by verbs that govern a list.

What belongs here: switching between entries that share names. What does not: finding names, measures, years.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.reading import Reading
from sources.extraction.grammar.subject import Term, clause_start
from sources.extraction.grammar.words import FALL, GROWTH, TO
from sources.extraction.lexicon import Indicator, Lexicon, Name

#: after 新登记A万户, a 总量 or 达到 of the same unit is the stock
_STOCK_NOW: Final = re.compile("总量|总数|累计|达到?|突破|总户数|实有|超过")
_LOCAL_PART: Final = "(?:其中)[:,]?(?:地方|本级|[市县区旗]级|上划|中央)"
_REGISTERED: Final = re.compile("新增|新登记|新注册|新设")
_LIST_VERB: Final = re.compile(
    r"(?:全年|年内|今年|当年|我市|全[市省县区]|力争|确保|计划|累计|争取|再|全力|推动|共|[^、]{0,6})(?:新增"
    r"|净增|新认定|新培育|培育|新?引进|新获批|认定|新?组建|新?设立|新登记|新注册|新开通|新建)"
)
#: 新增A 2家,国家级B: the verb of adding governs what follows until another verb
_ADDED_LIST: Final = re.compile(
    r"(?:新增|净增|新?认定|新培育)(?:(?!总|累计|共|达|有|建成|实现|增长|完成|提高|获|其中|超(?!过?\d)|突破(?!\d)|为|改造|支持|培育|增至)[^;:。])*"
    r"\d[^;:。达有总共获累为]{1,3}[,、](?:国家级|省级|市级|国家|省|市)?\Z"
)


class Meaning:
    """Decides for one report: its normal text, its names, the lexicon."""

    def __init__(self, normal: str, hits: list[NameHit], lexicon: Lexicon) -> None:
        self._normal, self._hits, self._indicators = normal, hits, lexicon.indicators
        self._names: list[Name] | None = None

    def of(self, reading: Reading) -> Indicator:
        """Return the indicator that a subject stands for, before the number's unit is looked at."""
        term = reading.term
        assert term is not None
        return self._ratio(self._indicators[self._code(term)], reading)

    def by_number(self, indicator: Indicator, reading: Reading) -> Indicator:
        """Return the indicator that the number's unit and the words before it make of `indicator`."""
        stock = indicator.traits.stock_as
        if stock and reading.carried and _STOCK_NOW.search(reading.gap):
            indicator = self._indicators[stock]
        return self._by_unit(indicator, reading.quantity, reading)

    def _code(self, term: Term) -> str:
        """Plain 财政收入 is the total where the report names the general budget, or the total, by their own names."""
        code, name = term.code or "", term.name
        return name.total if name and name.total and self._tells_total(name, name.total) else code

    def _tells_total(self, plain: Name, total: str) -> bool:
        """Whether the report uses an official name of the plain one's indicator, or one of the total that holds it.

        Or tells a local or central part of it: 财政收入45亿元,其中地方级30亿元.
        """
        return self._tells_part(plain.text) or any(
            (name.official and name.codes == plain.codes)
            # 财政总收入 is 财政收入, all of it
            or (name.codes == (total,) and not name.optional and plain.text in name.text.replace("总", ""))
            for name in self._used
        )

    def _tells_part(self, plain: str) -> bool:
        return re.search(rf"(?<!地方){plain}[^。;]{{0,40}}{_LOCAL_PART}", self._normal) is not None

    @property
    def _used(self) -> list[Name]:
        """The names that the report uses, each once."""
        if self._names is None:
            # by what they are: a hash of all their fields takes longer than the question
            self._names = list({id(name): name for hit in self._hits for name in hit.meanings}.values())
        return self._names

    def _by_unit(self, indicator: Indicator, quantity: Quantity, reading: Reading) -> Indicator:
        """Days of good air told in percent are its share, the share told in days its days."""
        twin = indicator.traits.twin_in.get(quantity.kind)
        if twin is None:
            return indicator
        last = re.split("[,;:]", reading.gap)[-1]
        if quantity.kind == "percent" and says_growth(last) and not TO.search(last):
            return indicator  # the growth of the days
        return self._indicators[twin]

    def _ratio(self, indicator: Indicator, reading: Reading) -> Indicator:
        if reading.shares:
            for other in self._indicators.values():
                if other.ratio_of and other.ratio_of[0] == indicator.code and other.ratio_of[1] in reading.denominators:
                    return other
        return indicator

    def ratio_alone(self, indicator: Indicator, measure: str, reading: Reading) -> Indicator:
        """研发经费支出占比4.2%: a share of nothing that is named is the indicator's ratio, where it has one."""
        if measure != "share" or reading.shares:
            return indicator
        return next(
            (other for other in self._indicators.values() if other.ratio_of[:1] == (indicator.code,)), indicator
        )

    def of_spending(self, indicator: Indicator, measure: str, quantity: Quantity, start: int) -> Indicator:
        """民生投入力度加大,财政支出占比84%: a share of the spending belongs to what the sentence spends on."""
        purposes = indicator.traits.share_for
        if measure != "share" or not purposes:
            return indicator
        lead = self._normal[start : quantity.start]
        if re.search("占(?:GDP|[^,;]*生产总值)", lead):
            return indicator
        return next((self._indicators[code] for word, code in purposes.items() if word in lead), indicator)

    @staticmethod
    def rate_share(measure: str, indicator: Indicator, quantity: Quantity) -> str:
        """A share of an indicator that is itself a rate is its level."""
        return "level" if measure == "share" and indicator.dimension == "percent" else measure

    @staticmethod
    def rise_of_index(indicator: Indicator, quantity: Quantity) -> None:
        """价格指数102.8: its base is last year's 100, the guide asks for the rise."""
        if not indicator.traits.rise or not 90 <= quantity.value < 200:
            return
        if quantity.kind == "bare":
            quantity.unit, quantity.kind, quantity.factor = "%", "percent", Decimal(1)
            quantity.flags = (*quantity.flags, "unit_inferred")
        if quantity.kind == "percent":
            quantity.value -= 100

    @staticmethod
    def of_stock(reading: Reading) -> bool:
        """新登记56万户、总量增长15%: the stock is told again."""
        return _STOCK_NOW.search(reading.gap) is not None

    @staticmethod
    def registered(reading: Reading) -> bool:
        """经营主体每年新增8万户: what is newly registered in the year, unless it is a net rise."""
        words = re.split("[,;:]", reading.before)[-1] + re.split("[,;:]", reading.gap)[-1]
        return _REGISTERED.search(words) is not None and "净" not in words

    def joined(self, reading: Reading, start: int) -> str | None:
        """Return `change` where the verb of a list (新增A3家、B5家) stands at its head and this item has none."""
        term = reading.term
        if term is None or term.start < start:
            return None
        clause = self._normal[clause_start(self._normal, start, term.start) : term.start]
        if "累计" in clause:
            return None
        if clause.startswith("其中"):
            before = self._normal[start : term.start - len(clause)]
            added = re.search("(?:新增|净增|新认定|新培育)[^,;:。]{0,16}?\\d[^;:。]*\\Z", before)
            return "change" if added and not re.search("累计|总数|总量|达到", before[added.start() :]) else None
        if _ADDED_LIST.search(self._normal, start, term.start):
            return "change"
        if "、" not in clause and "和" not in clause:
            return None
        return "change" if _LIST_VERB.match(clause) else None


def says_growth(words: str) -> bool:
    """Whether the words tell of a rise or a fall."""
    return bool(GROWTH.search(words) or FALL.search(words))
