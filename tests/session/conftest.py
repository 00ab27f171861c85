"""A session on a small simulated market, with widgets that have no browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import comm
import pytest

from tests.sessions import make
from tests.views.conftest import RecordingComm
from tradestream_nb.session import Session
from tradestream_nb.views import base


@pytest.fixture(autouse=True)
def _recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    monkeypatch.setattr(base, "asset", lambda name: f"/* {name} */")


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    session = make(symbols=3, rate=50)
    yield session
    await session.stop()
