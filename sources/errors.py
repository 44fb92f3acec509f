"""The parent of every error that a person can mend (`baogao.errors`, which readers of a release have too)."""

from baogao.errors import BaogaoError as BaogaoError
