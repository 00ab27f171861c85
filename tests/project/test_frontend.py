"""The frontend's own tests pass, on the Node.js that comes with Playwright."""

from __future__ import annotations

import subprocess
from pathlib import Path

import playwright
import pytest

from tests.project.tree import ROOT

NODE = next(Path(playwright.__file__).parent.glob("driver/node*"))


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/frontend/*.test.*js")), ids=lambda path: path.name)
def test_a_frontend_module_keeps_its_promises(path: Path) -> None:
    done = subprocess.run([NODE, "--test", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
