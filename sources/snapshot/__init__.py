"""Fetching pages politely and keeping their bytes, content-addressed, with a ledger of what each fetch told.

What belongs here: getting bytes and remembering them. What does not: what the bytes say (``sources/document``).
"""
