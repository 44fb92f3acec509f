"""What an indicator is like: the keys of an entry that rules of the grammar ask, so that no rule names an indicator.

What belongs here: those keys with their meaning. What does not: names and the words beside them, and keys whose default
other keys decide (the package itself); the rules, which stand in the modules that ask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Traits:
    """Keys of an entry that say something about the thing itself. All are optional."""

    #: firms have it too: in 省管企业净资产增长8%、税收增长5% it is theirs
    of_firms: bool = False
    #: it counts firms: those to which something is done (支持50家高新技术企业) are not the number of them
    counts_firms: bool = False
    #: it counts the firms of this industry: a bare 增加值 or 产值 told of them is the industry's
    industry: str | None = None
    #: it counts works, which may be only under way: those of a rank (重点项目; one kind of them is a part), or those
    #: signed (推进4个签约项目落地 tells of what was signed before)
    works: Literal["ranked", "signed"] | None = None
    #: works pushed on in the past year are no number of them: 加快46个重点项目建设
    pushed_only: bool = False
    #: other places are helped to it, so one named shortly before, in an earlier clause too, makes it theirs
    by_aid: bool = False
    #: a town has it too: after the built-up area (县城建成区扩大到12平方公里) it is the town's
    of_town: bool = False
    #: measure words that it takes beside those of its dimension: 就业岗位1.2万个
    also_counted: tuple[str, ...] = ()
    #: the level is a rise over the year before: a rise or fall is the level, and an index about 100 is brought to it
    rise: bool = False
    #: it is itself a cut, so a word of decrease before its amount is no fall of it: 减税降费减少企业负担5亿元
    reduction: bool = False
    #: an amount per unit of output, told in percent only where it changes
    intensity: bool = False
    #: which number of 三次产业结构1.1:52.5:46.4 is its share
    structure: Literal[1, 2, 3] | None = None
    #: dimension of a number → the indicator that is the same thing in it: 优良天数 in percent is their share
    twin_in: dict[str, str] = field(default_factory=dict)
    #: word → the indicator that a share of this one is for, where the word stands before it: 民生…,财政支出占比84%
    share_for: dict[str, str] = field(default_factory=dict)
    #: the indicator that counts what is newly registered in a year: 经营主体新增8万户 is that one's level
    added_as: str | None = None
    #: the indicator of the stock that this one adds to: 新登记8万户,总量达60万户
    stock_as: str | None = None
    #: a percentage without a word of growth is its share: 民生支出保持在70%以上
    share_alone: bool = False
    #: what one fair or meeting brings (在洽谈会上签约20个) is no figure of the year
    of_events: bool = False
    #: it is what 未设经济增长目标 sets no goal of; one entry at most
    growth_goal: bool = False
    #: words that stand for it where a goal is measured by it: 与*经济*增长同步, 高于*城镇居民*
    yardstick: tuple[str, ...] = ()

    @property
    def named_codes(self) -> tuple[str, ...]:
        """The codes of other indicators that these keys name."""
        one = (code for code in (self.added_as, self.stock_as) if code is not None)
        return (*self.twin_in.values(), *self.share_for.values(), *one)


#: of a thing outside our list nothing is known
NO_TRAITS = Traits()
