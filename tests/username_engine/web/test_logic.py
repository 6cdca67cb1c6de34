"""The page's own unit tests, by Node.js as `make page` found or installed it."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[3] / "services/username_engine/web/page"


def test_the_logic_of_the_page() -> None:
    # Empty where the machine's own Node.js is good enough.
    linked = Path(sys.prefix) / "node"
    done = subprocess.run(
        ["npm", "test", "--silent"],
        cwd=PAGE,
        env={**os.environ, "PATH": f"{linked}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^\S+ pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed, done.stdout
    assert int(passed[1]) > 0
