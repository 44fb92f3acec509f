"""Read a release of baogao, the city-year warehouse of Chinese government work reports, and cite its cells.

>>> import baogao
>>> release = baogao.open("data")                                    # a folder, https://… or s3://…
>>> print(release.cite("霁川市/2024/gdp_tgt_g_pct"))                  # the value, its sentence, where it stands
"""

from __future__ import annotations

from baogao.cells import CellKeyError as CellKeyError
from baogao.cells import key_of as key_of
from baogao.cells import parse_key as parse_key
from baogao.errors import BaogaoError as BaogaoError
from baogao.opening import ReleaseNotFoundError as ReleaseNotFoundError
from baogao.questions import Cell as Cell
from baogao.questions import CellNotFoundError as CellNotFoundError
from baogao.questions import NotOneError as NotOneError
from baogao.release import Release as Release
from baogao.release import open as open
