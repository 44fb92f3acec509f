"""The forms that a report comes in: bytes of a page, a PDF, an Office file, a picture → a draft of lines.

What does not belong here: what a line means (``cleaning``), whose document it is (``identity``).
"""
