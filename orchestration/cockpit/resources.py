"""What assets are handed: the installation.

What does not belong here: what is done with them. Nothing is opened or read when this module is imported.
"""

from __future__ import annotations

import dagster as dg

from orchestration.home.installation import Installation, open_installation


class InstallationResource(dg.ConfigurableResource):
    """The installation at `home`; empty means BAOGAO_HOME, else the repository's data/."""

    home: str = ""

    def open(self) -> Installation:
        return open_installation(self.home or None)


RESOURCES: dict[str, object] = {"installation": InstallationResource()}
