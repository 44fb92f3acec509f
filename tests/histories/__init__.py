"""Seeded histories of a home: a home that followed every change is the home that is built anew from the last state.

`python -m histories` (`make histories`). `world.py` has what changes, `building.py` a run in a fork of this process,
`__main__.py` the list of seeds. Faults in a single run, with a reader beside it, are tried by ``tests/faults``.
"""
