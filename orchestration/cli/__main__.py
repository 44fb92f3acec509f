"""`python -m orchestration.cli` is `baogao`."""

from orchestration.cli import main

main()
