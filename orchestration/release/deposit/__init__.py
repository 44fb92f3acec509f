"""A release as an archive takes it: one flat folder of files that describe themselves (docs/deposit.md).

What belongs here: which files there are (``writing``), and what each of the archives' and catalogues' own forms asks
for. What does not: what a table or a column means, which the one catalogue of tables says (``schema``).
"""
