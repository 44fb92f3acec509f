#!/usr/bin/env bash
# cpca 0.5.5, transform: 海南州, as Qinghai's prefecture 海南藏族自治州 is called in print, is the island province 海南省, 2,000 km away; a name
# that several regions bear (鼓楼区: Nanjing, Xuzhou, Kaifeng, Fuzhou; 市中区: Jinan, Zaozhuang, Neijiang, Leshan) is one of them. The row
# looks like any other: no column says that there was a choice.
#
# Seen: 海南州 海南省 460000; 海南藏族自治州 青海省 632500; 鼓楼区 河南省 开封市 410204; 市中区 四川省 乐山市 511102.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install cpca==0.5.5 pandas==3.1.1
"$folder/venv/bin/python" - <<'PY'
import sys

import cpca

EXPECTED = {
    "海南州": ("海南省", None, None, "460000"),
    "海南藏族自治州": ("青海省", "海南藏族自治州", None, "632500"),
    "鼓楼区": ("河南省", "开封市", "鼓楼区", "410204"),
    "市中区": ("四川省", "乐山市", "市中区", "511102"),
}
table = cpca.transform(list(EXPECTED))
seen = {}
for name, row in zip(EXPECTED, table.itertuples(index=False), strict=True):
    seen[name] = tuple(None if value is None or value != value else value for value in row[:3]) + (row.adcode,)
    print(name, *seen[name])
sys.exit(seen != EXPECTED or list(table.columns) != ["省", "市", "区", "地址", "adcode"])
PY
echo "as described"
