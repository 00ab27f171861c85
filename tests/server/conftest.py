"""A server for the tests that need a real one, an eye on every frame that goes out, and a file that is edited."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.edited import Running
from tests.server.frame_checks import every_frame_is_as_published
from tests.server.served import Served, serving

__all__ = ["every_frame_is_as_published", "served"]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as served:
        yield served


@pytest.fixture
def running(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Running:
    caplog.set_level(logging.INFO)
    return Running(tmp_path)
