"""What a session lets one do with its handlers while they run."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.hosted import broken_count, count, count_by
from tests.server.served import until
from tests.sessions import make, moved_on
from tradestream_nb.errors import UserError
from tradestream_nb.session import Session


async def test_parameters_are_turned_while_it_runs(session: Session) -> None:
    await session.start()
    view = session.tune("signals", min_confidence=0.9)
    assert session.tune("signals") is view
    view.fields["min_confidence"].value = 0.7
    assert session.manager.pipeline.host.slot("signals").parameters == {"min_confidence": 0.7}
    assert "min_confidence=0.7" in session._repr_mimebundle_()["text/html"]


async def test_a_parameter_or_a_handler_that_there_is_not_is_told(session: Session) -> None:
    with pytest.raises(UserError, match="no handler 'signal'; there are portfolio, price_updates, signals, trades"):
        session.tune("signal")
    with pytest.raises(UserError, match="no parameter 'confidence'; it has min_confidence"):
        session.tune("signals", confidence=1.0)


async def test_a_shadow_runs_beside_the_live_one_and_another_takes_its_place() -> None:
    async with make(handlers=[count], symbols=1, rate=50) as session:
        first = session.shadow(count_by(10))
        await until(lambda: len(first.df) > 2)

        async def counted() -> tuple[int, int]:
            return len(first.differences), len(first.df)

        differing, both = await session.call(counted())
        assert first.running and differing == both
        second = session.shadow(count_by(1))
        assert (first.running, second.running, first.comm) == (False, True, None)
        second.stop()
        await moved_on_in(session, "counts")
        assert not second.running and len(second.differences) == 0


async def moved_on_in(session: Session, topic: str) -> None:
    before = len(session.history(topic))
    await until(lambda: len(session.history(topic)) > before)


async def test_what_failed_is_retried_after_a_fix(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    async with make(handlers=[broken_count()], symbols=1, rate=50) as session:
        await until(lambda: len(session.errors) > 0)
        session._reach(session.manager.pipeline.swap, count)
        done = session.errors.retry()
        assert done.succeeded > 0 and done.failed == 0
        session.raise_if_failed()
        await moved_on_in(session, "counts")


async def test_a_rollback_is_seen_in_the_session_and_in_its_health(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    async with make(handlers=[count], symbols=1, rate=50) as session:
        version = session.manager.pipeline.host.specs["count"].version
        session._reach(session.manager.pipeline.swap, broken_count())
        await until(lambda: "rolled back" in repr(session))
        assert repr(session).startswith(f"<Session sim: running; count rolled back to {version} after 3 failures")
        assert f"<li>count rolled back to {version}" in session._repr_mimebundle_()["text/html"]
        await until(lambda: "rolled back" in session.status().streams["counts"].text)


async def test_a_live_source_has_no_player(session: Session) -> None:
    with pytest.raises(UserError, match="sim is live and has no player"):
        session.player()


async def test_a_replays_player_drives_it() -> None:
    async with make("replay:sample", speed=86_400) as session:
        player = session.player()
        assert session.player() is player
        player._toggle.value = False
        source: Any = session.manager.source
        assert not source.playing
        player._toggle.value = True
        await moved_on(session)
        player.close()


async def test_a_replay_that_has_ended_has_no_player_until_the_session_is_stopped() -> None:
    async with make("replay:sample", speed="max") as session:
        await until(lambda: session.status().state == "ended")
        with pytest.raises(UserError, match="has ended; stop the session and start it again"):
            session.player()
        await session.stop()
        player = session.player()
        await session.start()
        player.speed = 86_400
        player.seek("2001-01-02")
        player.play()
        await moved_on(session)
