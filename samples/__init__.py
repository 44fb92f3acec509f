"""The sample: a small fictional world whose work reports have the shape of real ones, and whose true figures are known.

What belongs here: the world's facts and phrases (``world``), site designs and file forms that print a report, the
loopback server. What does not: anything that reads reports. No region, person, firm or park of it exists.
"""
