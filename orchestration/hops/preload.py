"""Loaded once by the server that processes are forked from: what the hops' workers need, and Great Expectations for the
gate, so that no process loads them again.

What does not belong here: anything that depends on an installation.
"""

import expectations.runner  # noqa: F401 - what the gate judges with
from orchestration.hops import HOPS

for hop in HOPS:
    hop.load()
