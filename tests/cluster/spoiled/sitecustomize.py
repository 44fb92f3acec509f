"""Loaded by every Python process of a machine whose rows are to be bad: each report is one character too short."""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder

NAME = "orchestration.hops.gate"


class _Finder(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        if name != NAME:
            return None
        spec = PathFinder.find_spec(name, path)
        execute = spec.loader.exec_module

        def spoil(module):  # type: ignore[no-untyped-def]
            execute(module)
            judge = module.judge

            def judged(table, built, *more):  # type: ignore[no-untyped-def]
                if table.name == "reports":
                    for columns in built.values():
                        columns["n_chars"] = [n and n - 1 for n in columns["n_chars"]]
                return judge(table, built, *more)

            module.judge = judged

        spec.loader.exec_module = spoil
        return spec


sys.meta_path.insert(0, _Finder())
