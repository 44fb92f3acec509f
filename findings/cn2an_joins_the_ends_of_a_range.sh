#!/usr/bin/env bash
# cn2an 0.5.24, transform: two neighbouring digits, which in Chinese are the ends of a range, are written as one number of two places
# where no size stands behind them: 六七 (six or seven) becomes 67, 一二三产业 (the three sectors) 123产业. With a size behind them
# (三四百, 七八亿) the same words are left as they are, with a warning; what is joined comes without one.
#
# Seen: 新建学校六七所 "新建学校67所", 新建公园五六座 "新建公园56座", 一二三产业 "123产业", 二三季度 "23季度"; 引进企业三四百家 and
# 完成投资七八亿元 unchanged; 新建学校六十七所 "新建学校67所".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install cn2an==0.5.24
"$folder/venv/bin/python" - <<'PY'
import sys
import warnings

import cn2an

EXPECTED = {
    "新建学校六七所": "新建学校67所",
    "新建公园五六座": "新建公园56座",
    "一二三产业": "123产业",
    "二三季度": "23季度",
    "引进企业三四百家": "引进企业三四百家",
    "完成投资七八亿元": "完成投资七八亿元",
    "新建学校六十七所": "新建学校67所",
}
seen, warned = {}, set()
for text in EXPECTED:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        seen[text] = cn2an.transform(text, "cn2an")
    warned |= {text} if said else set()
    print(text, seen[text], "with a warning" if said else "")
sys.exit(seen != EXPECTED or warned != {"引进企业三四百家", "完成投资七八亿元"})
PY
echo "as described"
