"""Ways in which the subject of a run of numbers may be known, each by itself: a name near by, a head without its noun,
a label, the subject carried on.

What belongs here: one question each, answered with the subjects or with None. What does not: the order in which they
are asked, and what denies their answer (``govern.py``).
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction.grammar import lists
from sources.extraction.grammar.sentence import Carried, Run, Sentence
from sources.extraction.grammar.subject import COMPARED, OUTSIDE, Group, clause_start
from sources.extraction.grammar.words import is_filler, is_name_tail

VERB: Final = re.compile(
    r"[达为是至到增减升降超破完实总共累余由从]|约|近|比|较|同比|分别|有望|预计|力争|其中|稳定|保持|控制|登记|注册|冲刺|奋斗|保底"
)
_COMPARED: Final = re.compile(r"(?:高于|快于|低于|好于|慢于|超过|是|为|相当于|比|较)(?:同期|全[国省市区县])?(?:的)?\Z")
_PRAISE: Final = re.compile(
    r"[一-龥]{0,10}(?:增强|提升|加快|向好|回升|稳定|活跃|旺盛|恢复|改善|扩大|优化|强劲|平稳|凸显|显现|迸发|释放|较快|稳健|"
    r"新台阶|新突破|新跨越|新成效|新进展|新高|增长点|向优|增效|趋稳|回稳|企稳|领先|回暖|好转|提速|丰收|壮大|兴旺|火热|加力|发力|加强|见效|有力|突出)"
)
_CAUSE: Final = re.compile(
    r"(?:在|因|受|按|剔除|扣除|可比|不含|含|较|比|经)[^,;、]{1,14}(?:下|后|因素|影响|口径|基础上|"
    r"计算)[^一-龥]?(?:仍|依然|同比|实际|比上年|较上年)?(?:增长|完成|达到?|实现|下降)\Z"
)
#: （全市9.7%）: another region's figure beside our own
_OTHERS_FIGURE: Final = re.compile(r"[,、]?(?:全国|全省|全市|全区|全州)(?:平均|为|仅|平均水平)*\Z")
#: the heading of an item of a list: 3、民生投入:全年投入66亿元
_LABEL: Final = re.compile(
    r"(?:[\d一二三四五六七八九十]{1,2}[、.])?(?P<name>[一-龥]{3,14}):[^:;。]{0,12}?(?P<head>增加值|总产值|产值|投资|投入|支出|收入)\Z"
)
#: 超年度任务14亿元, 比年初计划多3亿元
_BEYOND: Final = re.compile(
    r"[,、;]?(?:比|较)?(?:超额?|超过|超出|高于|高出|多于|短收|超收|多完成|超额完成)(?:完成)?(?:省|市|上级|国家)?"
    r"(?:下达)?(?:的)?(?:年初|年度|全年|计划|任务|目标|预算|预期|序时|进度|考核)+(?:数|目标|任务|进度)*(?:多|高|超)?(?:了|出)?(?:近|约)?\Z"
)
#: 完成市级调整任务的106.2%: how much of a task
_OF_TASK: Final = re.compile(
    r"[,、;](?:(?:超额)?完成|为|占|达到?|是)?[^,;。\d]{0,12}(?:任务|计划|目标|(?<!公共)预算|指标|调整数|进度)(?:数|任务|目标|指标)?的"
    r"(?:近|约|超过?)?\Z"
)
_OF_GOAL: Final = re.compile("的?(?:年度|年初|预期|增长|计划)*(?:目标|任务|计划)(?:值|数)?(?:约|近)?\\Z")
_TOPIC_HEAD: Final = re.compile(
    r"(?:[^,;。\d]{0,12},(?:全年|共|累计)?|(?:19|20)\d\d年)(?:实现|完成|创造)?(?P<head>增加值|总产值|产值)(?P<rest>.*)\Z"
)
#: 分别高于全国全省5.4个百分点, 高于年初人代会20%的目标
_BESIDE_OTHERS: Final = re.compile(
    r"[,、;](?:分别|均|增速|增幅|涨幅)*(?:高于|低于|快于|慢于|好于|高出|超出)[^,;\d]{1,16}\Z"
)
_TOPIC_HEADS: Final = re.compile(
    r"[^,;。\d]{2,12},(?:全年|预计)?(?:实现|完成)?(?P<heads>[一-龥]{2,8}(?:[、和及与][一-龥]{2,8}?)+?)"
    r"(?:同比|比上年|较上年)*分别(?:增长|达到?|完成|为)\Z"
)
_AND_ROSE: Final = re.compile(
    r"[、和](?:增加|增长|提高|上升|提升|下降|降低|减少)(?:了)?(?:近|约)?\d[^,;。、和]*(?=[,;。]|\Z)"
)
_TIER: Final = re.compile(
    "[,、;](?:在(?:实际)?工作中|执行中|并|同时)?(?:确保|力争|争取|冲刺|保底|必保|奋斗|目标|挑战|期望|底线|奋力|努力|向|预期)+"
    "(?:是|为|达到|实现|完成)?(?:增长)?"
)
#: 省属企业资产总额达到2万亿元,工业总产值…: theirs too
_FIRMS: Final = re.compile(r"[^,;。、]{0,8}(?:企业|公司|集团|银行)(?!(?:总数|总量|数量|户数|家数|个数)|[一-龥]{0,2}\d)")
#: 长城公司实现产值428亿元;实现税收31亿元: until the whole region is named
_COMPANY: Final = re.compile(
    r"(?:\A|[,;。\n])[^,;。\d]{1,10}(?:公司|集团)(?:在[^,;。\d]{1,6})?(?:共|累计|全年)*(?:实现|完成|上缴)(?:(?!全[市省县区]|我[市省县区])[^。])*\Z"
)
#: 高新技术产业实现收入410亿元,…,出口1.4亿美元; 园区建设推进,入园企业136家,实现税收6480万元: what opens owns the rest
_OWNER: Final = re.compile(
    r"[^,;。、\d]{0,10}(?:产业(?:共|累计|全年)*(?:实现|完成|创造|上缴)|(?:园区|开发区|产业园|工业园|集聚区)(?:建设|发展|规模)?[^,;。\d]{0,8},)"
)
_ALL: Final = re.compile("[,、](?:双双|两项|均|都)")
_BARE_HEAD: Final = re.compile(
    r"[,;、]?(?:全年|全市|共|其)?(?:实现|完成)?(?P<head>增加值|总产值|产值|产量|支出)(?P<rest>.*)\Z"
)
_TOPIC_TOLD: Final = re.compile(
    r"(?:全[市省县区]|全年|年末|目前|累计)*(?:总量|总数|总户数|总规模|规模|数量|户数|总额|产量|总产量)(?:达到?|为|突破|超过?|增至|增加到|增长到|完成|近|约)*\Z"
)
_HEAD_AGAIN: Final = re.compile(
    r"(?P<lead>[,;].*(?:累计|共|总计|合计)[^,;]{0,4})(?P<head>投资|收入|支出|产值|增加值|出口|进口|外资|内资)(?P<rest>.*)\Z"
)
#: 第三产业加快发展。预计全年实现增加值283亿元
_HEAD_OF_TOPIC: Final = re.compile(
    r"(?:全年|预计|年末|目前|累计|共|[,、])*(?:实现|完成|创造|创)?(?P<head>增加值|总产值|产值)(?:达到?|为|突破|超过?|近|约|完成|实现)*\Z"
)
_OUR_OWN: Final = re.compile("[,;]?(?:其中)?我[省市县区旗州盟]")
_RATES: Final = ("percent", "points", "times")


def each_own(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    return lists.each_own(sentence, run.lead, len(run.numbers)) if len(run.numbers) > 1 else None


def two_heads(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    return lists.bare_head(sentence, run.lead)


def name_compared(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """高于工业增速2个百分点: the name is what another thing is measured by."""
    if run.numbers[0].kind not in ("times", "points"):
        return None
    return COMPARED if _COMPARED.search(sentence.text, run.lead.floor, run.lead.hits[-1].start) else None


def of_industry(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """规模工业企业达到43家,完成总产值11亿元: a bare head after the number of an industry's firms is the industry's."""
    hit, current = run.lead.hits[-1], carried.current
    if not hit.outside or len(run.lead.hits) > 1 or current is None or len(current) != 1:
        return None
    text = sentence.text
    if not (is_filler(text[run.lead.floor : hit.start]) and is_filler(text[hit.end : run.lead.end])):
        return None
    term = sentence.judge.of_industry(current[0], hit.meanings[0].text)
    return (term,) if term else None


def theirs(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """软件业产值291亿元，出口5.9亿美元: a bare 出口 after another thing's figure is that thing's."""
    text, hit, floor = sentence.text, run.lead.hits[-1], run.lead.floor
    of_firms = sentence.judge.lexicon.of_firms
    if not carried.current or not any(name.codes[0] in of_firms for name in hit.meanings):
        return None
    if not all(name.alone for name in hit.meanings):
        before = text[clause_start(text, sentence.start, max(floor - 1, sentence.start)) : floor]
        opens = max(text.rfind(";", sentence.start, floor) + 1, sentence.start)
        if text.startswith("全", hit.start):
            return None
        if _COMPANY.search(text, sentence.start, floor):
            return None if re.search("全[市省县区]", text[floor : hit.start]) else OUTSIDE
        if not (_FIRMS.match(before) or _OWNER.match(text, opens, floor)):
            return None
    if re.search("其中|;|全[市省县区]", text[floor : hit.start]):
        return None
    return OUTSIDE if all(term.refusal is not None for term in carried.current) else None


def orphan(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """签约项目6个、总投资12亿元: a bare 总投资 or 人均 is only that of the thing told just before.

    In 总投资12亿元的6个项目 it belongs to what follows.
    """
    meanings = run.lead.hits[-1].meanings
    if not all(name.alone and name.requires for name in meanings):
        return None
    if sentence.text.startswith("的", run.end):
        return OUTSIDE
    codes = {term.code for term in carried.current or () if term.code and term.refusal is None}
    return None if any(name.requires & codes for name in meanings) else OUTSIDE


def named(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """A、B和C分别: one number for all that are named, or as many names as numbers."""
    group = _near(sentence, run)
    return group if group and len(run.numbers) in (1, len(group)) else None


def named_otherwise(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """Return the names before more or fewer numbers, where no members are to be made out."""
    return _near(sentence, run) if len(run.numbers) > 1 else None


def _near(sentence: Sentence, run: Run) -> Group | None:
    """Return the subjects that the last names tell, where nothing else stands between them and the numbers."""
    hit = run.lead.hits[-1]
    gap, head = sentence.text[hit.end : run.lead.end], sentence.text[hit.end - 2 : hit.end]
    near = is_name_tail(gap) or (not run.shares and _loose_gap(gap))
    if not near and gap.endswith(head) and ":" not in gap:
        near = is_name_tail(gap.removesuffix(head))  # 固定资产投资五年累计完成投资187亿元: the head said once more
    return lists.subjects(sentence, run.lead, run.start) if near else None


def _loose_gap(gap: str) -> bool:
    """Whether unknown words between name and number are an aside or praise, after which a verb leads on.

    在…影响下仍增长; 民间投资活力增强，增长9%.
    """
    head, comma, rest = gap.rpartition(",")
    if comma and _PRAISE.fullmatch(head) and is_filler(rest) and VERB.search(rest):
        return True
    return _CAUSE.match(gap) is not None


def head_after_topic(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """第二产业增势强劲,增加值达到871亿元: the thing of the clause before with the head of this one."""
    hit = run.lead.hits[-1]
    told = _TOPIC_HEAD.match(sentence.text, hit.end, run.lead.end)
    if told is None or hit.outside or not is_filler(told["rest"]):
        return None
    term = sentence.judge.named(hit.meanings[0].text + told["head"], hit.start, hit.end)
    return (term,) if term else None


def heads_after_topic(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """民营经济快速发展,销售收入、增加值分别增长28%、27%: each head of a list takes the thing of the clause before."""
    hit = run.lead.hits[0]
    told = _TOPIC_HEADS.match(sentence.text, hit.end, run.lead.end) if len(run.numbers) > 1 else None
    if told is None or hit.outside:
        return None
    heads = re.split("[、和及与]", told["heads"])
    named = [sentence.judge.named(hit.meanings[0].text + head, hit.start, hit.end) for head in heads]
    if len(heads) != len(run.numbers) or not any(named):
        return None
    return tuple(term or OUTSIDE[0] for term in named)


def members(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """Return the members of a list that holds words unknown to us; one number for all only where it is a rate."""
    count = len(run.numbers)
    if run.shares or (count == 1 and run.numbers[0].kind not in _RATES):
        return None
    return lists.members(sentence, run.lead, count if count > 1 else 0)


def labelled(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """战略性新兴产业:实现增加值900亿元: the label before a colon is the rest of the noun."""
    lead = run.lead
    label = _LABEL.match(sentence.text, sentence.start, lead.end) if sentence.has_label else None
    if label is None or lead.floor > label.end():
        return None
    name, head = label["name"], label["head"]
    if not is_filler(sentence.text[label.end() : lead.end - len(head)]):
        return None
    words = name if name.endswith(head) else name + head
    term = sentence.judge.named(words, label.start("name"), label.end("name"))
    return (term,) if term else None


def beyond_the_goal(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """投资230亿元,超年度任务14亿元: how far beyond a goal, or how much of it, which is none of the thing's figures."""
    # 高于年初18%的目标2.9个百分点
    of_goal = run.rated and (_OF_GOAL.match(run.words) or _OF_TASK.match(run.words))
    return COMPARED if of_goal or _BEYOND.match(run.words) else None


def beside_others(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """增长13%,分别高于全国全省5和2个百分点: what is measured by others leaves the subject to what follows."""
    rate = run.numbers[-1].kind in ("points", "percent")
    return COMPARED if rate and _BESIDE_OTHERS.match(run.words) else None


def head_of_the_subject(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """规上工业总产值860亿元;增加值215亿元: a bare head takes the rest of its noun from the subject before."""
    current = carried.current
    if current is None or len(current) != 1 or current[0].name is None or current[0].refusal:
        return None
    bare = _BARE_HEAD.match(run.words)
    if bare is None or not is_filler(bare["rest"]):
        return None
    term = sentence.judge.by_head(current[0], bare["head"])
    return (term,) if term else None


def head_again(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """2002年固定资产投资238亿元,五年累计完成投资826亿元: the head of the subject said again."""
    current = carried.current
    if current is None or len(current) != 1 or current[0].name is None:
        return None
    again = _HEAD_AGAIN.match(run.words)
    if again is None:
        return None
    same = current[0].name.text.endswith(again["head"]) and current[0].refusal is None
    return current if same and is_filler(again["lead"]) and is_filler(again["rest"]) else None


def next_tier(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """保底6%、目标7%、奋斗8%: the tiers of one goal."""
    return carried.current if run.rated and _TIER.fullmatch(run.words) else None


def topic(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """经营主体提质扩量。总量达到15万户: the thing that the sentence before names, where this one names none."""
    if sentence.topic is None or carried.current is not None or run.lead.floor != sentence.start:
        return None
    if _TOPIC_TOLD.match(run.words):
        return sentence.judge.topic(sentence.topic)
    bare, topic = _HEAD_OF_TOPIC.match(run.words), sentence.topic
    if bare is None or topic.outside:
        return None
    term = sentence.judge.named(topic.meanings[0].text + bare["head"], topic.start, topic.end)
    return (term,) if term else None


def outside(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    return OUTSIDE


def others_figure(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    return COMPARED if _OTHERS_FIGURE.match(run.words) else None


def last_single(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """Return the last single subjects of the sentence, for 分别 over several clauses."""
    count = len(run.numbers)
    if count == 1 and "分别" in run.words and _AND_ROSE.match(sentence.text, run.end):
        # 绿化覆盖率33.6%,人均绿地6.4平方米,分别提高5.7个百分点和增加1.8平方米: the second is the current one's
        return carried.history[-2:-1] or None
    if count == 1 or (carried.current is not None and len(carried.current) == count):
        return None
    return carried.history[-count:] if len(carried.history) >= count else None


def all_of_the_part(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """收入由A增加到B,税收由C增加到D,均增长1.1倍: each of the subjects since the last semicolon."""
    if not run.rated or len(run.numbers) != 1 or not _ALL.match(run.words):
        return None
    since = sentence.text.rfind(";", sentence.start, run.start)
    told = tuple(term for term in carried.history if term.start > since)
    return told if len({term.code for term in told}) == len(told) > 1 else None


def our_own(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    """全市生产总值增长6%，我县增长7%: what was told of the wider region is now told of our own."""
    if carried.current is None or not _OUR_OWN.match(run.words) or sentence.judge.wider(run.words):
        return None
    if any(term.refusal not in (None, "not_self_subject") for term in carried.current):
        return None
    return tuple(term._replace(refusal=None, detail="", scope="self") for term in carried.current)


def current(sentence: Sentence, carried: Carried, run: Run) -> Group | None:
    return carried.current
