"""What stands around a document and is no part of it: metadata headers, page furniture, sellers' lines, second copies.

What belongs here: which lines are not the document's. What does not: changes inside a line (``spacing.py``).

The head of a document (title, meeting, speaker) and its tail (closing words, glossary, attachments) are kept; only
what is known as furniture, or is a list of links by its shape, is dropped, and each kind leaves its flag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sources.document.genre import SALUTATION, is_body, is_sentence, n_chinese
from sources.document.metadata import parse_date
from sources.document.traced import Traced

_FIELD = re.compile(
    r"^[\s【\[]*(标\s*题|名\s*称|发文单位|发布单位|发布机构|发布者|公开主体|发文时间|发布日期|发布时间|成文日期|公开日期|时\s*间|日\s*期|报告人|作\s*者|来源URL|原文链接|"
    r"来\s*源|信息来源|文章来源|索\s*引\s*号|发文字号|文\s*号|主题词|主题分类|信息分类|分\s*类|有效性|生成日期|发\s*布|关键字|关键词|责任编辑|编\s*辑|阅读(?:次数|量)?|浏览(?:次数|量)?|点击(?:次数|数|量)?|访问量|评\s*论|"
    r"字\s*体|字\s*号)\s*[】\]]?\s*[:：]\s*(.*)$"
)
_TITLE_FIELDS, _DATE_FIELDS = (
    ("标题", "名称"),
    ("发文时间", "发布日期", "发布时间", "成文日期", "公开日期", "时间", "日期"),
)
_PUBLISHER_FIELDS = ("发文单位", "发布单位", "发布机构", "公开主体", "来源", "信息来源", "文章来源")
_BODY_LABEL = re.compile(r"^正文\s*[:：]\s*$")
_SUMMARY_LABEL = re.compile(r"^(?:内容摘要|内容提要|摘\s*要|导\s*读)\s*[:：]\s*(.*)$")
_CUT_OFF = re.compile(r"(?:\.{3,}|…+)$")
_UNKNOWN = frozenset(("", "未知", "无", "不详", "本站", "本网", "本站发布", "-"))
_EXACT = frozenset(
    "首页 网站首页 返回首页 返回顶部 返回列表 当前位置 您的位置 您现在的位置 大 中 小 字体 字号 【 】 > >> » › | + - , 打印 打印本页 打印正文 关闭 关闭窗口 关闭本页 关闭页面 "
    "分享 分享到 收藏 我的收藏 我的足迹 购物车 登录 注册 搜索 高级搜索 无障碍 无障碍阅读 长者模式 长者助手 适老化 繁體中文 繁体中文 简体中文 繁体版 简体版 EN English "
    "微信 微博 新浪微博 QQ空间 腾讯微博 人人网 开心网 百度空间 微信扫一扫 扫一扫 手机版 电脑版 下载 免费下载 立即下载 下载文字版 下载图片版 "
    "上一页 下一页 上一篇 下一篇 相关文章 相关链接 相关附件 相关稿件 关联稿件 相关阅读 相关新闻 相关文档 相关解读 本栏最新 本栏推荐 阅读排行 标签云 是否继续 放弃 继续 继续访问 工作报告 "
    "正文 阅读 评论 字体大小 朗读 语音播报 暂停 打印此页 我要纠错 纠错 点赞 时政要闻 索引号 发文字号 文号 发布机构 发文机关 成文日期 发布日期 公开日期 主题分类 信息分类 有效性 文件下载 政策咨询 图片 无障碍浏览 适老化模式".split()
)
_FURNITURE = re.compile(
    r"^(?:当前位置|您(?:现在)?(?:的|所在)位置|所在位置|位置[:：])|^【?\s*字[体号]|^[【\[]?\s*(?:打印|关闭|收藏|复制链接|我要打印|下载)\S{0,6}[】\]]?$|"
    r"扫一扫在?手机|扫描二维码|分享到|^分享[:：]|加入Vip|立即下载|VIP免费|^阅读[:：（(]?\s*\d*|^浏览\S{0,3}[:：]|^\d{2}-\d{2}$|打印本页|关闭窗口|【打印|"
    r"^(?:责任|网络|执行)?编辑\s*[:：]|^[（(]?(?:责任编辑|责编|编辑|审核|校对|初审|一审|二审|三审|终审)\s*[:：]"
)
_TAIL = re.compile(
    r"^分享到|^分享[:：]|^上一[篇条页][:：]?|^下一[篇条页][:：]?|^相关(?:文章|链接|阅读|新闻|文档|稿件|解读|附件|信息)[:：]?$|^关联稿件|版权所有|ICP备|公网安备|网站标识码|^主办(?:单位)?[:：]|^承办(?:单位)?[:：]|"
    r"^您访问的链接|^[（(]?责任编辑|扫一扫|^【?(?:打印|关闭|返回)|^本栏(?:最新|推荐)|^来源[:：]|试读结束|查阅全文|^点击(?:下载|查看)|^展开全文|^如若转载|^联系我们|^网站地图|^关于(?:我们|本站)$|"
    r"^[（(]?(?:一审|二审|三审|初审|编辑|审核|校对)\s*[:：]|^(?:微信|微博)公众号"
)
_DISCLAIMER = re.compile(
    r"版权(?:所有|声明|归)|转载(?:请|自|时)|抄袭侵权|加微信|免责声明|不代表本站|存储空间服务|ICP备|网站标识码|您访问的链接|"
    r"试读|查阅全文|请发送邮件|^声明[:：]|^如果您对该|未经(?:授权|许可)|联系我们[，,删]|自发贡献"
)
_PREVIEW_END = re.compile(
    r"试读结束|试读已结束|剩余\S{0,8}未读|查阅全文|阅读全文请|全文请下载|预览结束|还剩\S{0,6}页未读|继续阅读请|开通会员"
)
_TELLING = re.compile(
    r"报告|公报|摘编|摘要|草案|年.{1,5}月|会议|大会|[省市县区州盟旗]长|主任|主席|人民政府|^[—―-]{1,2}|各位|同志们|〔|号$|委员会$"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&%_:#~-]{4,}")
_PAGER = re.compile(r"^[\s\d上下首尾末前后一页共第/／|<>«»‹›\[\]【】…-]{1,40}$")
#: lines of a page in which a site prints its head
_PAGE_HEAD = 10
#: lines before the first paragraph above which a head is a page's menus
_LONG_HEAD = 15
#: short lines behind the last paragraph above which they are a list of links
_LONG_LIST = 8
#: paragraphs that must recur one after the other to be a second copy, not a phrase said twice
_REPEATED = 4


@dataclass(frozen=True)
class Facts:
    """What a metadata header says, where there is one."""

    title: str | None = None
    published_at: date | None = None
    publisher: str | None = None
    speaker: str | None = None


@dataclass(frozen=True)
class Cleared:
    """The document's own lines; the facts of its header; flags; signs of (in)completeness."""

    lines: list[Traced]
    facts: Facts
    flags: tuple[str, ...]
    signs: tuple[str, ...]


def without_teasers(lines: list[Traced]) -> list[Traced]:
    """Drop the beginning of the text that aggregators print once more over it, cut off with dots."""
    return [line for index, line in enumerate(lines) if index > _LONG_HEAD or not _is_summary(lines, index)]


def is_furniture(text: str) -> bool:
    """Tell whether a line is known as part of a page or of a seller's frame, whatever stands around it."""
    if is_body(text):
        return bool(_DISCLAIMER.search(text)) and len(text) < 200
    stripped = text.strip()[:300]
    return bool(_TAIL.search(stripped) or _FURNITURE.search(stripped) or _DISCLAIMER.search(stripped))


def page_lines(lines: list[str], before: list[str]) -> list[str]:
    """Return the lines of one of several web pages of a document, without what the site prints again on each.

    `before` are the lines of the first page (empty for that page itself).
    """
    known = {re.sub(r"\s", "", line) for line in before[:_PAGE_HEAD]}
    start, end = 0, len(lines)
    if before:
        while start < end and _is_repeated_head(lines[start], known):
            start += 1
    while end > start and (_is_exact(lines[end - 1]) or _PAGER.match(lines[end - 1]) or is_furniture(lines[end - 1])):
        end -= 1
    return lines[start:end]


def _is_repeated_head(line: str, known: set[str]) -> bool:
    if is_body(line):
        return False
    return re.sub(r"\s", "", line) in known or bool(_fields(line)) or _is_exact(line) or is_furniture(line)


def _is_exact(text: str) -> bool:
    return text.strip("：: 【】[]。？?") in _EXACT


def clear(lines: list[Traced]) -> Cleared:
    """Return the lines that are the document's own."""
    lines = [line for line in lines if line.text.strip()]
    signs = ("preview_end",) if any(_PREVIEW_END.search(line.text) for line in lines[-60:]) else ()
    flags: dict[str, None] = {}
    lines, repeated = _without_copies(lines)
    flags.update(dict.fromkeys(repeated))
    start = _body_start(lines)
    end = _body_end(lines)
    head, facts, dropped_head = _clear_head(lines[:start])
    tail, dropped_tail = _clear_tail(lines[end:]) if end > start else (lines[end:], False)
    inner = [line.sub(_ADDRESS, "") if is_body(line.text) else line for line in lines[start : max(start, end)]]
    if sum(map(len, inner)) != sum(map(len, lines[start : max(start, end)])):
        flags["addresses_removed"] = None
    if dropped_head or dropped_tail:
        flags["residue_removed"] = None
    if facts != Facts():
        flags["header_read"] = None
    return Cleared([*head, *inner, *tail], facts, tuple(flags), signs)


def _without_copies(lines: list[Traced]) -> tuple[list[Traced], tuple[str, ...]]:
    """Drop runs of paragraphs that have all been printed before: a page that holds its text twice."""
    keys = [re.sub(r"\s", "", line.text) for line in lines]
    first: dict[str, int] = {}
    repeats: list[int | None] = []
    for index, key in enumerate(keys):
        long = len(key) >= 40
        repeats.append(first.get(key) if long else None)
        if long:
            first.setdefault(key, index)
    long_lines = [i for i, key in enumerate(keys) if len(key) >= 40]
    dropped: set[int] = set()
    run: list[int] = []
    for index in [*long_lines, -1]:
        earlier = repeats[index] if index >= 0 else None
        if earlier is not None and (not run or earlier > (repeats[run[-1]] or 0)):
            run.append(index)
            continue
        if len(run) >= _REPEATED:
            dropped.update(_with_short_lines(keys, run[0], run[-1]))
        run = [index] if earlier is not None else []
    if not dropped:
        return lines, ()
    kept = [line for i, line in enumerate(lines) if i not in dropped]
    copies = sum(i in dropped for i in long_lines)
    return kept, ("body_doubled" if copies >= 0.3 * len(long_lines) else "passage_repeated",)


def _with_short_lines(keys: list[str], start: int, last: int) -> range:
    """Return the stretch of a second copy with the short lines at its edges that the first copy has too."""
    earlier = set(keys[:start])
    while start > 0 and keys[start - 1] in set(keys[: start - 1]) and len(keys[start - 1]) < 40:
        start -= 1
    while last + 1 < len(keys) and keys[last + 1] in earlier and len(keys[last + 1]) < 40:
        last += 1
    return range(start, last + 1)


def _body_start(lines: list[Traced]) -> int:
    """Return the index of the first line of the text itself: the salutation, else the first paragraph."""
    for index, line in enumerate(lines):
        if SALUTATION.match(line.text):
            return index
        if is_body(line.text) and not is_furniture(line.text):
            return index
    return len(lines)


def _is_summary(lines: list[Traced], index: int) -> bool:
    """Tell whether a line is the teaser that aggregators print over a text."""
    text = lines[index].text.strip()
    if _SUMMARY_LABEL.match(text):
        return bool(_CUT_OFF.search(text)) or len(text) <= 6
    return index > 0 and bool(_SUMMARY_LABEL.match(lines[index - 1].text.strip())) and bool(_CUT_OFF.search(text))


def _body_end(lines: list[Traced]) -> int:
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text
        if len(text) >= 25 and is_sentence(text) and not is_furniture(text):
            return index + 1
    return 0


def _clear_head(lines: list[Traced]) -> tuple[list[Traced], Facts, bool]:
    facts = Facts()
    kept: list[Traced] = []
    menus = len(lines) > _LONG_HEAD
    for line in lines:
        text = line.text.strip()
        if _BODY_LABEL.match(text):
            continue
        fields = _fields(text)
        if fields:
            for name, value in fields:
                facts = _with_field(facts, name, value)
            continue
        if _is_exact(text) or _FURNITURE.search(text):
            continue
        if re.fullmatch(r"\d{1,7}", text):
            continue  # what a counter showed
        if menus and not _TELLING.search(text):
            continue
        if menus and any(text == other.text.strip() for other in kept):
            continue
        kept.append(line)
    return kept, facts, len(kept) < len(lines)


def _fields(text: str) -> list[tuple[str, str]]:
    """Return the metadata fields of a line (one, or several in a row), none where it is no such line."""
    if is_body(text):
        return []
    if not _FIELD.match(text):
        return []
    parts = re.split(r"[\t|｜]+|\s{2,}|\s(?=\S{2,5}[:：])", text)
    found = [m for m in (_FIELD.match(part.strip()) for part in parts if part.strip()) if m]
    return [(re.sub(r"\s", "", m.group(1)), m.group(2).strip()) for m in found]


def _with_field(facts: Facts, name: str, value: str) -> Facts:
    if value in _UNKNOWN:
        return facts
    if name in _TITLE_FIELDS and facts.title is None and n_chinese(value) >= 4:
        return replace(facts, title=value)
    if name in _DATE_FIELDS and facts.published_at is None:
        return replace(facts, published_at=parse_date(value))
    if name in _PUBLISHER_FIELDS and facts.publisher is None and n_chinese(value) >= 2:
        return replace(facts, publisher=value.split()[0])
    if name == "报告人" and facts.speaker is None:
        return replace(facts, speaker=value)
    return facts


def _clear_tail(lines: list[Traced]) -> tuple[list[Traced], bool]:
    kept: list[Traced] = []
    for index, line in enumerate(lines):
        text = line.text.strip()
        if _TAIL.search(text) or _is_link_list(lines[index : index + _LONG_LIST + 1]):
            break
        if _is_exact(text) or is_furniture(text):
            continue
        if re.fullmatch(r"[.．…·\-—_=*]{3,}", text):
            continue
        kept.append(line)
    return kept, len(kept) < len(lines)


def _is_link_list(lines: list[Traced]) -> bool:
    return len(lines) > _LONG_LIST and all(
        len(line.text) <= 16 and not re.search(r"[，。；：\d]", line.text) for line in lines
    )
