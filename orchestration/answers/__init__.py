"""Questions that assistants ask of a release, and answers that can't be misread: `baogao mcp` serves them.

What belongs here: which place a name means, the shape of an answer, what an empty one allows to conclude, the protocol.
What does not: SQL that dashboard, command line and client ask too (``dashboard/queries.py``, ``baogao.questions``).
"""
