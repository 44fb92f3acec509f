"""The key of a cell (`baogao.cells`, which readers of a release have too)."""

from baogao.cells import EXAMPLE as EXAMPLE
from baogao.cells import CellKey as CellKey
from baogao.cells import CellKeyError as CellKeyError
from baogao.cells import key_of as key_of
from baogao.cells import parse_key as parse_key
