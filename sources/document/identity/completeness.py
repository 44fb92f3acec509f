"""Whether a report is all there: opening, review, goals, closing, and the length its level and year lead one to expect.

What belongs here: signs of completeness and their verdict. What does not: the kind of the document (``kind.py``).
"""

from __future__ import annotations

import re

from sources.document.identity.clocks import SALUTATION

_OPENING = re.compile(
    r"代表.{0,24}?(?:政府|委员会|管委会|国务院|党工委|筹备组).{0,12}?(?:向(?:大会|会议|各位代表)|报告|作(?!出)|做|[，,]?提出)"
)
_REVIEW = re.compile(r"回顾|过去的?(?:一年|五年)|(?:工作|发展)(?:总结|情况)|成就|成绩|\d{4}年(?:的)?(?:政府)?工作")
_GOALS = re.compile(
    r"预期目标(?:是|为|建议|如下|[：:])|(?:今后|未来)(?:五|三|几)年(?!来)|今年(?:的)?(?:工作|经济|我们|要|全[省市县区州])|做好.{0,14}年.{0,8}工作"
    r"|[二三四五][、.．][^。]{0,30}(?:目标|任务|安排|部署|打算|思路|要求|重点|工作|措施|举措)|年(?:的)?(?:重点|主要|政府)?工作(?:目标|安排|部署|任务|重点|建议)"
)
_CLOSING = re.compile(
    r"谢谢|而?(?:努力|团结|不懈|共同|接续)奋斗|让我们|(?:新的)?(?:更大|更多)?贡献|美好(?:的)?(?:明天|未来)|新(?:篇章|局面|辉煌|华章|胜利|业绩|成绩)"
    r"|胜利召开|优异(?:的)?成绩|献礼|落到实处|绚丽篇章|更加美好"
)
_EXHORTATION = re.compile(r"^.*(?:让我们|各位代表[！!，,]|谢谢|奋斗).*[！!]$", re.M)
_TERMINAL = "。！？!?”』」）)】］]…：:"
# characters of body below which a report is not whole; reports have grown longer over the years
_SHORTEST = {"national": 8000, "province": 8000, "city": 6000, "county": 4500}


def judge_completeness(text: str, kind: str, level: str | None) -> tuple[str, tuple[str, ...]]:
    """Return (complete | partial, signs) for clean `text` (with its line breaks) of a report.

    Signs name what is there or missing: no_opening, no_review, no_goals, no_closing, cut_off, short.
    """
    if kind in ("excerpt", "press_summary"):
        return "partial", (kind,)
    if kind not in ("work_report", "template"):
        return "complete", ("not_judged",)
    flat = "".join(text.split())
    signs = []
    if not (SALUTATION.search(flat) and _OPENING.search(flat[:9000])):
        signs.append("no_opening")
    if not _REVIEW.search(flat[: max(3000, len(flat) // 2)]):
        signs.append("no_review")
    if not _GOALS.search(flat, len(flat) // 6):
        signs.append("no_goals")
    if not _closes(text):
        signs.append("no_closing")
    last = flat[-1:] if flat else ""
    if "no_closing" in signs and last and last not in _TERMINAL:
        signs.append("cut_off")
    if len(flat) < _SHORTEST.get(level or "county", 4500):
        signs.append("short")
    # shortness or an unusual heading of the review alone proves nothing: with another sign they do
    doubtful = [sign for sign in signs if sign in ("no_review", "short")]
    lacking = [sign for sign in signs if sign in ("no_goals", "no_closing", "cut_off")]
    partial = bool(lacking) or len(doubtful) == 2
    starts_inside = "no_opening" in signs and not _starts_at_heading(flat)
    return ("partial" if partial or starts_inside else "complete"), tuple(signs)


def _starts_at_heading(flat: str) -> bool:
    return bool(re.match(r".{0,60}?[一(（][一、)）]|.{0,200}?(?:工作)?回顾", flat[:300]))


def _closes(text: str) -> bool:
    """Whether the body ends in closing words, wherever the glossary or attachments after it begin."""
    flat = text.replace(" ", "").replace("\t", "").replace("\u3000", "")
    if _CLOSING.search(flat[-700:]):
        return True
    # behind the closing a glossary, a list of projects or tables may follow
    later = flat[len(flat) // 3 :]
    return any(_CLOSING.search(line) for line in _EXHORTATION.findall(later)) or flat.rstrip()[-1:] in ("！", "!")
