"""Whose report it is and of which year, and whether it is one: place, year, kind, speaker, completeness.

What does not belong here: forms of files (``forms``), repair of the text (``cleaning``).
"""
