"""Following the books."""

from __future__ import annotations

from tests.sim.tws.wire import texts
from tradestream_nb.sim.tws.framing import FrameReader
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.subscriptions import Message, Subscriptions


class Follower:
    """A client that follows two figures."""

    def __init__(self, subscriptions: Subscriptions, client_id: int = 1) -> None:
        self.figures: dict[str, int] = {"a": 1, "b": 1}
        self.session = Session(client_id, 178, put=self._put, end=lambda ending: None)
        self._reader = FrameReader()
        self._told: list[list[str]] = []
        subscriptions.start(self.session, 5, self._look)

    def told(self) -> list[list[str]]:
        """What it was told since the last time this was asked."""
        told, self._told = self._told, []
        return told

    def _look(self) -> list[Message]:
        return [*self.figures.items()]

    def _put(self, data: bytes) -> None:
        self._reader.feed(data)
        while (body := self._reader.message()) is not None:
            self._told.append(texts(body))


def test_everything_is_told_at_first_and_then_what_changed() -> None:
    subscriptions = Subscriptions()
    follower = Follower(subscriptions)
    assert follower.told() == [["a", "1"], ["b", "1"]]
    subscriptions.send_news()
    assert follower.told() == []
    follower.figures["b"] = 2
    subscriptions.send_news()
    assert follower.told() == [["b", "2"]]


def test_a_figure_that_goes_back_is_news_again() -> None:
    subscriptions = Subscriptions()
    follower = Follower(subscriptions)
    for value in (2, 1):
        follower.told()
        follower.figures["a"] = value
        subscriptions.send_news()
        assert follower.told() == [["a", str(value)]]


def test_nothing_is_told_after_the_end() -> None:
    subscriptions = Subscriptions()
    stopped, dropped, other = (Follower(subscriptions, client_id) for client_id in (1, 2, 3))
    subscriptions.stop(stopped.session, 5)
    subscriptions.stop(stopped.session, 6)
    subscriptions.drop(dropped.session)
    for follower in (stopped, dropped, other):
        follower.told()
        follower.figures["a"] = 9
    subscriptions.send_news()
    assert [len(follower.told()) for follower in (stopped, dropped, other)] == [0, 0, 1]
