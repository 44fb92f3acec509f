"""When things happen, in what order and behind which gate: Dagster's definitions and the command line.

What does not belong here: how a page is read (``sources``), what must be true (``expectations``), how the warehouse is
modelled (``transforms``). Importing this package alone loads no Dagster: `baogao extract` starts fast.
"""
