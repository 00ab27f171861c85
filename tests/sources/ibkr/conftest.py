"""Waits that are short, so that the tests are, and an eye on every frame that a dashboard hears."""

from __future__ import annotations

from itertools import repeat

import pytest

from tests.server.frame_checks import every_frame_heard_is_as_published
from tradestream_nb import manager, restarts
from tradestream_nb.sources.ibkr import connection, feeds, registry

__all__ = ["every_frame_heard_is_as_published", "in_a_hurry"]


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for what is dead or silent more often than a real connection would bear."""
    monkeypatch.setattr(connection, "HEARTBEAT", 0.2)
    monkeypatch.setattr(connection, "PATIENCE", 1.0)
    monkeypatch.setattr(feeds, "VERIFY", 0.3)
    monkeypatch.setattr(feeds, "SILENT", 1.0)
    monkeypatch.setattr(feeds, "ASK_AGAIN", 1.5)
    monkeypatch.setattr(registry, "REPEATED", 0.1)
    monkeypatch.setattr(manager, "TICK", 0.02)
    monkeypatch.setattr(manager, "TELL", 0.1)
    monkeypatch.setattr(restarts, "backoff", lambda: repeat(0.2))
