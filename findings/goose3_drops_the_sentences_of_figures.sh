#!/usr/bin/env bash
# goose3 3.1.22 with its own class for Chinese (jieba 0.42.1): of a report's page only paragraphs with several of its stop words stay. Those
# are the greetings and the resolve; what tells a figure has nouns and numbers, hardly a stop word, and goes, whatever its length, with
# headings and tables. The text that is left reads well.
#
# Seen: of eleven paragraphs and a table three paragraphs stay, without a digit; all nine figures of the page are gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install goose3==3.1.22 jieba==0.42.1 "setuptools<81"
"$folder/venv/bin/python" -W ignore - 2>"$folder/log" <<'PY' || { cat "$folder/log"; exit 1; }
import re
import sys

from goose3 import Goose
from goose3.text import StopWordsChinese

GREETING = "现在，我代表市人民政府，向大会报告政府工作，请予审议，并请市政协委员提出意见。"
LOOK_BACK = "过去一年，面对复杂严峻的形势，全市上下凝心聚力、攻坚克难，较好完成了各项任务。"
RESOLVE = "新征程催人奋进，新使命重任在肩。让我们团结一心、真抓实干，为建设现代化新霁州而努力奋斗！"
FIGURES = [
    "地区生产总值增长6.5%。",
    "一般公共预算收入88.1亿元，增长7.2%；",
    "城镇新增就业1.2万人。",
    "产业升级步伐加快。规模以上工业增加值增长8.1%，新增高新技术企业32家，研发投入强度达到2.4%，创新能力不断增强，发展动能持续壮大。",
    "今年经济社会发展的主要预期目标是：地区生产总值增长6%左右。",
]
HEADINGS = ["各位代表：", "一、工作回顾", "二、工作安排"]
TABLE = "<table><tr><td>指标</td><td>目标</td></tr><tr><td>居民消费价格涨幅</td><td>3%左右</td></tr></table>"
texts = [HEADINGS[0], GREETING, HEADINGS[1], LOOK_BACK, *FIGURES[:4], HEADINGS[2], FIGURES[4], RESOLVE]
paragraphs = "".join(f"<p>{text}</p>" for text in texts)
page = f"<html><head><title>政府工作报告</title></head><body><div><h1>政府工作报告</h1>{paragraphs}{TABLE}</div></body></html>"
kept = Goose({"stopwords_class": StopWordsChinese}).extract(raw_html=page).cleaned_text
lines = [line for line in kept.split("\n") if line.strip()]
figures = re.findall(r"\d+(?:\.\d+)?", "".join(texts) + TABLE)
print(lines, figures)
sys.exit(len(texts) != 11 or len(figures) != 9 or lines != [GREETING, LOOK_BACK, RESOLVE])
PY
echo "as described"
