"""Who watches what: subscriptions by client, request and contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.session import Session


class Watch(Protocol):
    """One subscription."""

    @property
    def session(self) -> Session:
        """Whose it is."""

    @property
    def request_id(self) -> int:
        """What the client calls it."""

    @property
    def listing(self) -> Listing:
        """What it is on."""


W = TypeVar("W", bound=Watch)


class Watches(Generic[W]):
    """Every subscription of one kind."""

    def __init__(self) -> None:
        self._by_request: dict[tuple[int, int], W] = {}
        self._by_contract: dict[int, list[W]] = {}

    def __len__(self) -> int:
        return len(self._by_request)

    def __iter__(self) -> Iterator[W]:
        return iter(list(self._by_request.values()))

    def has(self, session: Session, request_id: int) -> bool:
        """Whether the client has one of that name."""
        return (session.client_id, request_id) in self._by_request

    def on(self, listing: Listing) -> list[W]:
        """Those on one contract, in the order they were put."""
        return self._by_contract.get(listing.con_id, [])

    def put(self, watch: W) -> None:
        """Keep a subscription, in place of the client's other one of that name."""
        self.take(watch.session, watch.request_id)
        self._by_request[watch.session.client_id, watch.request_id] = watch
        self._by_contract.setdefault(watch.listing.con_id, []).append(watch)

    def take(self, session: Session, request_id: int) -> W | None:
        """Remove one and return it; None when there is none of that name."""
        watch = self._by_request.pop((session.client_id, request_id), None)
        if watch is not None:
            self._by_contract[watch.listing.con_id].remove(watch)
        return watch

    def drop(self, session: Session) -> None:
        """Remove all of a client."""
        for watch in self:
            if watch.session is session:
                self.take(session, watch.request_id)
