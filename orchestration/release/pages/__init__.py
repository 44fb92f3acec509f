"""A release as pages that need no server: a folder that a browser opens from a disk or from any web host.

What belongs here: which rows the pages hold (``rows``), and how the folder is put together (``site``). What does not:
how they look (``template/``: one page, its style, plain scripts), the words (handed in: those of the dashboard).
"""
