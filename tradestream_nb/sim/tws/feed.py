"""What streams from IB's servers have in common: they end with those, or with the client."""

from __future__ import annotations

from typing import Generic

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.lookup import look_up
from tradestream_nb.sim.tws.part import Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.watches import W, Watches
from tradestream_nb.sim.tws.world import World


class Feed(Part, Generic[W]):
    """Keeps the subscriptions of one kind."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.watches = Watches[W]()

    def on_lost(self, session: Session) -> None:
        """Forget what the client subscribed to."""
        self.watches.drop(session)

    def on_leave(self, session: Session) -> None:
        """Forget what the client subscribed to."""
        self.watches.drop(session)

    def is_flowing(self, listing: Listing) -> bool:
        """Whether trades and quotes of the contract come through now."""
        return self.world.trouble.is_open and not self.world.trouble.is_silent(listing)

    def read_target(self, session: Session, fields: Fields) -> tuple[int, Listing | None]:
        """The request's own number and the contract that follows it; the client hears when there is none."""
        request_id, wanted = fields.integer(), fields.contract()
        return request_id, look_up(session, request_id, wanted, self.world.catalogue)

    def cancel(self, session: Session, fields: Fields) -> None:
        """End a subscription; the client hears when there is none."""
        request_id = fields.integer()
        if not self.watches.take(session, request_id):
            session.error(request_id, Code.NO_SUCH_LINE, f"Can't find EId with tickerId:{request_id}")

    def cancel_versioned(self, session: Session, fields: Fields) -> None:
        """The same for a message with a version in front."""
        fields.skip()
        self.cancel(session, fields)
