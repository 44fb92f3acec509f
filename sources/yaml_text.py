"""YAML as values, by the parser in C: it takes a sixth of the time of the one in Python.

What belongs here: which of PyYAML's parsers is used. What does not: what a file must hold (who reads it).
"""

from __future__ import annotations

from typing import Any

import yaml

#: not every build of PyYAML has the one in C
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str | bytes) -> Any:
    """Return what YAML text says as plain values, None where it is empty. Raises yaml.YAMLError where it is none."""
    return yaml.load(text, Loader=_LOADER)
