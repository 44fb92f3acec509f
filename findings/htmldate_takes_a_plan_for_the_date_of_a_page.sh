#!/usr/bin/env bash
# htmldate 1.11.0, find_date: a page that says in Chinese when it was published (发布时间：2021年2月5日) is dated by years that its text
# plans for: with 2023年12月底前建成 in the text it is of 2023, with 到2025年 beside it of 2025, as far as these years are not later than
# the call. With original_date the answer is the first day of 2021 each time. Where the page says 2021-02-05 that is what is found,
# whatever the text says.
#
# Seen, the latest day allowed being 2026-01-01: as 2021年2月5日 2021-01-01 without a plan, 2023-01-01 and 2025-01-01 with; as 2021-02-05
# that day for all three.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install htmldate==1.11.0
"$folder/venv/bin/python" - <<'PY'
import sys

from htmldate import find_date

PAGE = """<html><head><title>政府工作报告</title></head><body><h1>政府工作报告</h1>
<div class="info"><span>发布时间：{published}</span> <span>来源：霁川市人民政府</span></div>
<div class="content"><p>——2021年1月24日在霁川市第十二届人民代表大会第四次会议上</p>
<p>各位代表：现在，我代表市人民政府向大会报告工作。</p><p>去年全市生产总值增长6.5%。</p>{plan}</div></body></html>"""
DEADLINE = "<p>2022年6月30日前完成老旧小区改造120个，2023年12月底前建成通车。</p>"
PLANS = {"none": "", "deadline": DEADLINE, "five years": DEADLINE + "<p>到2025年，全市生产总值突破2000亿元。</p>"}
EXPECTED = {
    "2021年2月5日": {"none": "2021-01-01", "deadline": "2023-01-01", "five years": "2025-01-01"},
    "2021-02-05": dict.fromkeys(PLANS, "2021-02-05"),
}
seen = {
    published: {
        name: find_date(PAGE.format(published=published, plan=plan), max_date="2026-01-01")
        for name, plan in PLANS.items()
    }
    for published in EXPECTED
}
first = {
    find_date(PAGE.format(published="2021年2月5日", plan=plan), original_date=True, max_date="2026-01-01")
    for plan in PLANS.values()
}
print(seen, first)
sys.exit(seen != EXPECTED or first != {"2021-01-01"})
PY
echo "as described"
