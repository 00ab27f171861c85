"""A server for the tests that need a real one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.server.served import Served, serving


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as served:
        yield served
