"""Mutants: small faults put into a copy of the code, each of which some test must notice.

`python -m mutants` (`make mutants`). `named.yaml` has faults that once went unnoticed, with the test that notices each;
a seeded sample of further ones is made by mutmut, which runs, for each, the tests that reach the changed function.
`equivalent.yaml` has those that change nothing that anybody could see, with the reason.
"""
