"""Room for connections, as far as the system gives it."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource
from tradestream_nb.server.descriptors import make_room

resource.setrlimit(resource.RLIMIT_NOFILE, ({now}, {most}))
make_room({connections})
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("now", "most", "connections", "then"),
    [(256, 4_096, 1_000, 2_256), (256, 1_024, 1_000, 1_024), (1_024, 4_096, 20, 1_024)],
)
def test_there_is_room_for_two_descriptors_of_each_connection(now: int, most: int, connections: int, then: int) -> None:
    pytest.importorskip("resource", reason="this system has no such limits")
    program = PROGRAM.format(now=now, most=most, connections=connections)
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said.split() == [str(then), str(most)]
