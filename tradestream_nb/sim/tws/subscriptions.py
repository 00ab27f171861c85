"""What clients follow in the books: all of it at first, then what has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tradestream_nb.sim.tws.fields import Field
from tradestream_nb.sim.tws.session import Session

Message = tuple[Field, ...]
Look = Callable[[], Sequence[Message]]
"""Reads the books and writes everything a subscriber should know."""


class _Subscription(msgspec.Struct):
    session: Session
    look: Look
    told: frozenset[Message] = frozenset()


class Subscriptions:
    """One for each client and request id; a second one under the same id takes the first one's place."""

    def __init__(self) -> None:
        self._all: dict[tuple[int, int], _Subscription] = {}

    def start(self, session: Session, request_id: int, look: Look) -> None:
        """Send everything now and keep the subscription; TWS can say what it knows while IB is out of reach."""
        subscription = self._all[session.client_id, request_id] = _Subscription(session, look)
        _tell_news(subscription, session.send)

    def stop(self, session: Session, request_id: int) -> None:
        """End one subscription, if there is such a one."""
        self._all.pop((session.client_id, request_id), None)

    def drop(self, session: Session) -> None:
        """End all that a client has."""
        self._all = {key: kept for key, kept in self._all.items() if kept.session is not session}

    def send_news(self) -> None:
        """Send every subscriber the messages that say something new."""
        for subscription in self._all.values():
            _tell_news(subscription, subscription.session.deliver)


def _tell_news(subscription: _Subscription, tell: Callable[..., None]) -> None:
    messages = subscription.look()
    for message in messages:
        if message not in subscription.told:
            tell(*message)
    subscription.told = frozenset(messages)
