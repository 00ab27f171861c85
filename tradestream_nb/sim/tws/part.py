"""What each part of the simulator has: requests that it answers, and a say as time passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Request
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.world import World

Answer = Callable[[Session, Fields], None]
"""Reads the fields behind the request's number and sends what there is to say."""


class Part:
    """Answers nothing and says nothing; a part overrides what it needs."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answers(self) -> Mapping[Request, Answer]:
        """The requests that are this part's."""
        return {}

    def on_join(self, session: Session) -> None:
        """Hear of a client that has just started."""

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Hear what a contract that is awake costs now, once per step."""

    def on_step(self, ts: int) -> None:
        """Speak of what this step brought, after its quotes."""

    def on_lost(self, session: Session) -> None:
        """Forget what the client subscribed to from IB's servers, which do not know of it any more."""

    def on_data_error(self, code: int, text: str) -> None:
        """Tell every subscription to market data of a problem."""

    def on_leave(self, session: Session) -> None:
        """Forget a client whose connection has ended."""
