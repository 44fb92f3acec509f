"""From a draft to clean text: wrapped lines, page furniture, watermarks, look-alike characters, second copies.

What does not belong here: forms of files (``forms``), whose document it is (``identity``).
"""
