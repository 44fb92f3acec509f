"""The words of page furniture: menus, buttons, counters, footers, sellers' lines.

What belongs here: words and patterns, and whether one line is made of them. What does not: where in a document lines
may be dropped (``residue.py``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sources.document.genre import is_body

_WORDS = """
首页 网站首页 返回首页 返回顶部 返回列表 当前位置 您的位置 您现在的位置 大 中 小 字体 字号 【 】 > >> »
› | + - , 打印 打印本页 打印正文 打印此页 关闭 关闭窗口 关闭本页 关闭页面 分享 分享到 收藏 我的收藏
我的足迹 购物车 登录 注册 搜索 高级搜索 无障碍 无障碍阅读 无障碍浏览 长者模式 长者助手 适老化 适老化模式
繁體中文 繁体中文 简体中文 繁体版 简体版 EN English 微信 微博 新浪微博 QQ空间 腾讯微博 人人网 开心网
百度空间 微信扫一扫 扫一扫 手机版 电脑版 下载 免费下载 立即下载 文件下载 下载文字版 下载图片版 上一页
下一页 上一篇 下一篇 相关文章 相关链接 相关附件 相关稿件 关联稿件 相关阅读 相关新闻 相关文档 相关解读
本栏最新 本栏推荐 阅读排行 标签云 是否继续 放弃 继续 继续访问 工作报告 正文 阅读 评论 字体大小 朗读
语音播报 暂停 我要纠错 纠错 点赞 时政要闻 政策咨询 图片 索引号 发文字号 文号 发布机构 发文机关 成文日期
发布日期 公开日期 主题分类 信息分类 有效性
"""
_EXACT = frozenset(_WORDS.split())


class _Words(NamedTuple):
    """What a line `begins` with, or `holds` anywhere. Apart, since `re` looks for words that all begin with a character
    of their own far faster than for a `^` among them."""

    begins: re.Pattern[str]
    holds: re.Pattern[str]

    def are_in(self, line: str) -> bool:
        return bool(self.begins.match(line) or self.holds.search(line))


_BUTTONS = _Words(
    re.compile(
        r"(?:当前位置|您(?:现在)?(?:的|所在)位置|所在位置|位置[:：])|【?\s*字[体号]|"
        r"[【\[]?\s*(?:打印|关闭|收藏|复制链接|我要打印|下载)\S{0,6}[】\]]?$|分享[:：]|"
        r"阅读[:：（(]?\s*\d*|浏览\S{0,3}[:：]|\d{2}-\d{2}$|"
        r"(?:责任|网络|执行)?编辑\s*[:：]|[（(]?(?:责任编辑|责编|编辑|审核|校对|初审|一审|二审|三审|终审)\s*[:：]"
    ),
    re.compile(r"扫一扫在?手机|扫描二维码|分享到|加入Vip|立即下载|VIP免费|打印本页|关闭窗口|【打印"),
)
_TAIL = _Words(
    re.compile(
        r"分享到|分享[:：]|上一[篇条页][:：]?|下一[篇条页][:：]?|"
        r"相关(?:文章|链接|阅读|新闻|文档|稿件|解读|附件|信息)[:：]?$|关联稿件|"
        r"主办(?:单位)?[:：]|承办(?:单位)?[:：]|您访问的链接|[（(]?责任编辑|【?(?:打印|关闭|返回)|"
        r"本栏(?:最新|推荐)|来源[:：]|点击(?:下载|查看)|展开全文|如若转载|联系我们|网站地图|"
        r"关于(?:我们|本站)$|[（(]?(?:一审|二审|三审|初审|编辑|审核|校对)\s*[:：]|(?:微信|微博)公众号"
    ),
    re.compile(r"版权所有|ICP备|公网安备|网站标识码|扫一扫|试读结束|查阅全文"),
)
_DISCLAIMER = _Words(
    re.compile(r"声明[:：]|如果您对该"),
    re.compile(
        r"版权(?:所有|声明|归)|转载(?:请|自|时)|抄袭侵权|加微信|免责声明|不代表本站|存储空间服务|ICP备|网站标识码|您访问的链接|"
        r"试读|查阅全文|请发送邮件|未经(?:授权|许可)|联系我们[，,删]|自发贡献"
    ),
)
_PREVIEW_END = re.compile(
    r"试读结束|试读已结束|剩余\S{0,8}未读|查阅全文|阅读全文请|全文请下载|预览结束|还剩\S{0,6}页未读|继续阅读请|开通会员"
)
_COMPILED = re.compile(
    r"(?:基于|根据|依据|综合|由)[^。]{0,60}(?:资料|信息|报道|数据|报告|新闻)[^。]{0,20}(?:整理|汇编|编写|概括)"
)
_PAGER = re.compile(r"^[\s\d上下首尾末前后一页共第/／|<>«»‹›\[\]【】…-]{1,40}$")
#: characters of a line in which its furniture shows, and of a paragraph up to which it may be a disclaimer
_BEGINNING, _LONGEST_DISCLAIMER = 300, 200


def is_exact(text: str) -> bool:
    """Tell whether a line is one of the words of menus and buttons and nothing else."""
    return text.strip("：: 【】[]。？?") in _EXACT


@lru_cache(maxsize=2048)  # asked of each line as the end of one paragraph and as the beginning of the next, each round
def is_furniture(text: str) -> bool:
    """Tell whether a line is known as part of a page or of a seller's frame, whatever stands around it."""
    if is_body(text):
        return len(text) < _LONGEST_DISCLAIMER and _DISCLAIMER.are_in(text)
    stripped = text.strip()[:_BEGINNING]
    return any(words.are_in(stripped) for words in (_TAIL, _BUTTONS, _DISCLAIMER))


def ends_text(text: str) -> bool:
    """Tell whether a line is one of those that a page prints behind a text: nothing of the text follows."""
    return _TAIL.are_in(text[:_BEGINNING])


def ends_preview(text: str) -> bool:
    """Tell whether a seller says that the text breaks off here."""
    return bool(_PREVIEW_END.search(text[:_BEGINNING]))


def is_compiled(text: str) -> bool:
    """Tell whether a line says that somebody put the text together from other material: it is nobody's report."""
    return bool(_COMPILED.search(text[:_BEGINNING]))


def is_pager(text: str) -> bool:
    """Tell whether a line only links to the other pages of a document."""
    return bool(_PAGER.match(text))
