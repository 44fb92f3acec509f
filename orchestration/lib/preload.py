"""Loaded once by the server that the workers are forked from: rules and registry, so that no worker loads them again.

What does not belong here: anything that depends on an installation.
"""

import sources.document.reports  # the parsers of web pages, PDF and Office files: a second
import sources.extraction
import sources.terms
from orchestration.lib import documents

sources.extraction.extract("", sources.extraction.ReportContext("", 2000, "", "city"))
documents.regions(None)
sources.terms.tokens("词")
