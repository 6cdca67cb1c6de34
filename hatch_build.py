"""Hatchling's build hook: no wheel without the page (`make page` builds it)."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageIsBuilt(BuildHookInterface):  # type: ignore[type-arg]
    """An editable install reads the page from the folder it is built into, whenever that is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        page = Path(self.root, "services/username_engine/web/built/index.html")
        if self.target_name == "wheel" and version != "editable" and not page.is_file():
            raise FileNotFoundError(f"{page} is missing: run `make page` before a wheel is built")
