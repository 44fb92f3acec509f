"""Loaded once by the server that processes are forked from: what the hops' workers need, and Great Expectations for the
gate, so that no process loads them again.

What does not belong here: anything that depends on an installation.
"""

import os

import pebble  # noqa: F401 - what a process of the pool runs
import rjieba  # noqa: F401 - its dictionary, for homonyms and terms

import expectations.runner  # noqa: F401 - what the gate judges with
from orchestration.hops import HOPS
from sources.document.forms import docx, html, pdf  # noqa: F401 - what most documents are read by
from sources.store import ENV_OPTIONS

for hop in HOPS:
    hop.load()
if ENV_OPTIONS in os.environ:
    import s3fs  # noqa: F401 - workers read pages from the store
