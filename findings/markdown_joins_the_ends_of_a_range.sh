#!/usr/bin/env bash
# cmarkgfm 2025.10.22 (GitHub's parser), pymdown-extensions 13.1.2 (tilde), mistune 3.4.0 (subscript): a sentence with two ranges written with ~,
# as reports write them, loses both signs when it is shown: what stands between them is struck out or lowered. Taken out of the page
# as text, 6~8% is 68% and 3~5% is 35%. Two products written with * lose theirs in every Markdown: 2*30 is 230. Chinese has no space
# between words, so a sign within a number opens and closes as well as one beside a word; a single range stays as it is.
#
# Seen: 增长6~8%，失业率控制在3~5% is read back as 增长68%，失业率控制在35% from all three; 2*30万千瓦、2*60万千瓦 as 230万千瓦、260万千瓦 from
# them and from commonmark of markdown-it-py 4.3.0, which leaves ~ alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install cmarkgfm==2025.10.22 Markdown==3.11.3 pymdown-extensions==13.1.2 mistune==3.4.0 markdown-it-py==4.3.0 lxml==6.1.0
"$folder/venv/bin/python" - <<'PY'
import sys

import cmarkgfm
import markdown
import mistune
from lxml import html
from markdown_it import MarkdownIt

RANGES, ONE, PRODUCTS = "增长6~8%，失业率控制在3~5%。", "增长6~8%，失业率控制在5%以内。", "建设2*30万千瓦、2*60万千瓦机组。"
viewers = {
    "cmarkgfm": cmarkgfm.github_flavored_markdown_to_html,
    "pymdownx": lambda text: markdown.markdown(text, extensions=["pymdownx.tilde"]),
    "mistune": mistune.create_markdown(plugins=["subscript"]),
    "markdown-it": MarkdownIt("commonmark").render,
}
found = {name: [html.fromstring(view(text)).text_content().strip() for text in (RANGES, ONE, PRODUCTS)] for name, view in viewers.items()}
for name, texts in found.items():
    print(name, *texts)
LOST, FEWER = "增长68%，失业率控制在35%。", "建设230万千瓦、260万千瓦机组。"
expected = {name: [RANGES if name == "markdown-it" else LOST, ONE, FEWER] for name in viewers}
sys.exit(found != expected)
PY
