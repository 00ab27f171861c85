"""Requests that are known and not served: the client hears so instead of waiting for ever."""

from __future__ import annotations

from collections.abc import Mapping

from tradestream_nb.sim.tws.codes import Code, Request
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session

UNSERVED = {
    Request.MARKET_DEPTH: 1,
    Request.SCANNER: 0,
    Request.FUNDAMENTALS: 1,
    Request.OPTION_PARAMETERS: 0,
    Request.SMART_COMPONENTS: 0,
    Request.NEWS_ARTICLE: 0,
    Request.HISTORICAL_NEWS: 0,
    Request.HISTOGRAM: 0,
}
"""With the place of the request's own number behind the request."""


class Unserved(Part):
    """Says of each that it is not served."""

    def answers(self) -> Mapping[Request, Answer]:
        """Every such request."""
        return {request: _refusal(request, place) for request, place in UNSERVED.items()}


def _refusal(request: Request, place: int) -> Answer:
    def refuse(session: Session, fields: Fields) -> None:
        fields.skip(place)
        text = f"The TWS is out of date and must be upgraded: {request.name.lower()} is not simulated."
        session.error(fields.integer(), Code.NOT_SERVED, text)

    return refuse
