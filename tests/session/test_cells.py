"""A session and the cell that made it."""

from __future__ import annotations

import pytest

from tests.sessions import make, run_cell
from tradestream_nb.session import Session


async def started(count: int = 1) -> list[Session]:
    return [await make().start() for _ in range(count)]


async def test_running_the_cell_again_replaces_its_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the notebook's `Out` holds the earlier ones."""
    run_cell(monkeypatch, "a", "1")
    out = await started(2)
    run_cell(monkeypatch, "b", "2")
    out += await started()
    assert [session.status().state for session in out] != ["stopped"] * 3
    run_cell(monkeypatch, "a", "3")
    out += await started()
    assert [repr(session).split()[-1] for session in out] == ["stopped>", "stopped>", "running>", "running>"]
    for session in out:
        await session.stop()


async def test_where_no_cell_is_known_sessions_stand_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    run_cell(monkeypatch, None, "1")
    out = await started()
    run_cell(monkeypatch, None, "2")
    out += await started()
    assert [repr(session) for session in out] == ["<Session sim: running>"] * 2
    for session in out:
        await session.stop()
