"""Loaded once by the server that processes are forked from: parsers, rules and registry for the workers, and Great
Expectations for the gate, so that no process loads them again.

What does not belong here: anything that depends on an installation.
"""

import expectations.runner  # noqa: F401 - what the gate judges with
import sources.document.reports  # the parsers of web pages, PDF and Office files: a second
import sources.extraction
import sources.terms
from orchestration.hops import documents

sources.extraction.extract("", sources.extraction.ReportContext("", 2000, "", "city"))
documents.regions(None)
sources.terms.tokens("词")
