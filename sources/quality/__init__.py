"""How often the tables are wrong: intervals, the card that ships with every release, audits of a home.

What belongs here: figures about the reading, and the files of audits. What does not: reading, rules, drawing from a
release (``orchestration/release/sampling.py``).
"""
