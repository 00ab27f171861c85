"""Ctrl-C from the first moment on."""

from __future__ import annotations

import signal
import subprocess
import sys
from importlib.metadata import version

import pytest

from tests.patience import PATIENCE
from tests.project.tree import ROOT

MOMENTS = {
    "while the package is imported": "import builtins; real = builtins.__import__\n"
    "def slow(name, *more, **named):\n"
    "    if name == 'tradestream_nb.cli': os.kill(os.getpid(), signal.SIGINT); time.sleep(9)\n"
    "    return real(name, *more, **named)\n"
    "builtins.__import__ = slow\n",
    "before the server is told of signals": "from tradestream_nb import loading\n"
    "def slow(folder): os.kill(os.getpid(), signal.SIGINT); time.sleep(9)\n"
    "loading.load_folder = slow\n",
}
DOORS = {
    "tradestream": "from tradestream_nb.__main__ import main\nmain()",
    "python -m": "import runpy\nrunpy.run_module('tradestream_nb', run_name='__main__')",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to a process")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_the_command_ends_without_a_word(moment: str, door: str) -> None:
    code = f"import os, signal, sys, time\nsys.argv[1:] = ['serve']\n{MOMENTS[moment]}{DOORS[door]}"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=PATIENCE)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signal.SIGINT, b"", b"")


def test_it_is_the_command() -> None:
    code = "import sys; from tradestream_nb.__main__ import main; sys.argv[1:] = ['--version']; main()"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert f"version {version('tradestream_nb')}" in said
