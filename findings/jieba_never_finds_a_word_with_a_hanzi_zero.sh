#!/usr/bin/env bash
# jieba 0.42.1: a word of one's own that has, beside others, a character outside U+4E00 to U+9FD5, Latin letters, digits and +#&._%- is
# accepted by load_userdict and add_word, has the frequency that was given, and is never found: text is cut at such characters before
# words are looked for. Among them are 〇, the zero of years in Chinese (二〇三五年), · of names of places, quotation marks, and characters
# of Extension A in names of places. What counts such a term by jieba's tokens finds none in a text that is full of it.
#
# Seen: with 二〇三五年远景目标 and 霁城·临港新区 added, and 二零三五年远景目标 beside them, the last alone is a token of a sentence with all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install jieba==0.42.1 "setuptools<81"
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import logging
import sys

import jieba

jieba.setLogLevel(logging.ERROR)
words = ["二〇三五年远景目标", "霁城·临港新区", "“三农”工作", "㙍头新城", "二零三五年远景目标", "临港新区"]
with open(f"{sys.argv[1]}/words.txt", "w", encoding="utf-8") as stream:
    stream.writelines(f"{word} 10000000\n" for word in words)
jieba.load_userdict(f"{sys.argv[1]}/words.txt")
for word in words[:3]:
    jieba.add_word(word, freq=10_000_000)
known = [jieba.dt.FREQ.get(word) for word in words]
sentence = "对标" + "，建设".join(words) + "。"
tokens = {hmm: jieba.lcut(sentence, HMM=hmm) for hmm in (True, False)}
found = {hmm: [word for word in words if word in cut] for hmm, cut in tokens.items()}
print(known, found, tokens[False])
expected = ["二零三五年远景目标", "临港新区"]
sys.exit(known != [10_000_000] * 6 or found != {True: expected, False: expected} or "〇" not in tokens[True])
PY
echo "as described"
