"""The grammar of numbers in work reports, composed upward: numeral → quantity → change → period → clause.

One small module per concept. Nothing here knows of files, reports' identity or tables.
"""
