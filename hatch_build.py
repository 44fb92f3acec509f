"""The build hook of `make wheel-compiled`: modules that read a report, compiled by mypyc, beside their sources.

What belongs here: which modules are compiled, and how strictly. What does not: the pure wheel, which never loads this.

It runs where `HATCH_BUILD_HOOK_ENABLE_CUSTOM=1` stands in the environment, among the packages that hatchling itself
runs with: those of `make`, with mypy and setuptools as locked. It compiles a copy, so that the checkout stays pure.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: what makes rows of a text; `extract` calls nothing else once the lexicon is read
_ROOMS = ("sources/extraction", "sources/document")
_OF_DOCUMENT = ("normal.py", "scan.py", "sections.py")
#: of the extraction what stays interpreted: what runs once (reading the lexicon, whose entries are pydantic's classes),
#: what is not on the way from text to rows, and the packages' own files
_INTERPRETED = (
    "__init__.py", "__main__.py", "entries.py", "traits.py", "load.py", "shipped.py", "expansion.py", "explain.py",
    "review.py", "reviewed_number.py", "rulebook.py",
)  # fmt: skip
#: mypyc has put out C that read a variable before it was set (`ways.theirs`, as it was): gcc saw it, and must end the
#: build then
_STRICT = ("-Werror", "-Wuninitialized", "-Wmaybe-uninitialized")
#: no other library replaces a function of ours, so that they may call each other straight, and be inlined; where
#: libraries are no ELF none could, and compilers warn of the second flag
_STRAIGHT = ("-fvisibility=hidden", *(["-fno-semantic-interposition"] if sys.platform == "linux" else []))


def modules(root: Path) -> list[str]:
    """Return the modules of the checkout `root` that are compiled, as paths relative to it."""
    extraction, document = (root / room for room in _ROOMS)
    found = [path for path in extraction.rglob("*.py") if path.name not in _INTERPRETED]
    found += [document / name for name in _OF_DOCUMENT]
    return sorted(path.relative_to(root).as_posix() for path in found)


def compile_into(folder: Path, root: Path) -> list[Path]:
    """Compile the modules of `root` in `folder`, which is empty; return the libraries, placed there as in a wheel.

    Raises SystemExit where no C compiler is there, mypyc refuses a module, or the compiler warns.
    """
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        sys.exit(f"a compiled wheel needs a C compiler, and {compiler} is not there: install one, or `make wheel`")
    try:
        import setuptools
        from mypyc.build import mypycify
    except ImportError as error:
        sys.exit(f"a compiled wheel needs mypy and setuptools as locked ({error}): make .venv/.installed")
    shutil.copytree(root / "sources", folder / "sources", ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent", "--cache-dir=mypy"]
    with chdir(folder):
        extensions = mypycify([*options, *modules(folder)], debug_level="0", target_dir="c", group_name="baogao")
        for extension in extensions:
            extension.extra_compile_args += [*_STRICT, *_STRAIGHT]
        build = setuptools.Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        build.build_lib, build.build_temp = ".", "objects"
        build.ensure_finalized()
        build.run()
    return sorted(folder.rglob(f"*{sysconfig.get_config_var('EXT_SUFFIX')}"))


class CompiledModules(BuildHookInterface[Any]):
    """Adds the libraries to a wheel, which is then one of this platform and this Python."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="baogao-compiled-")
        folder = Path(self._folder.name)
        libraries = compile_into(folder, Path(self.root))
        build_data["force_include"] |= {str(path): str(path.relative_to(folder)) for path in libraries}
        build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self._folder.cleanup()
