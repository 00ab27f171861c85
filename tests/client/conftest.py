"""A server for each test, and an eye on every frame that goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.server.frame_checks import every_frame_is_as_published
from tests.server.served import Served, serving

__all__ = ["every_frame_is_as_published", "served"]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as served:
        yield served
