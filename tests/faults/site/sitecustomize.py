"""Loaded by every Python process that the harness starts: watches it if the environment says so."""

import os
import sys

if os.environ.get("BAOGAO_TEST_FAULT"):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    from faults.hook import Spec, install, role_of_this_process

    spec = Spec.from_env()
    if spec is not None:
        install(spec, role_of_this_process())
