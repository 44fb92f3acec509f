"""Faults on purpose: what readers see while the pipeline breaks, and whether the next run heals it.

What belongs here: causing faults from outside (killing, filling a disk, damaging files) and judging what came of them.
What does not: any change of the product; what runs here is `baogao run` as it is.
"""
