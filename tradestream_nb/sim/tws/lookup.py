"""The one listing a request is about, or the error that says why there is none."""

from __future__ import annotations

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.catalogue import Catalogue
from tradestream_nb.sim.tws.codes import Code
from tradestream_nb.sim.tws.fields import WireContract
from tradestream_nb.sim.tws.session import Session

UNKNOWN = "No security definition has been found for the request"


def look_up(session: Session, request_id: int, wanted: WireContract, catalogue: Catalogue) -> Listing | None:
    """The listing that fits; when none does, or several do, the client hears of it."""
    found = catalogue.find(wanted)
    if wanted.sec_type == "CONTFUT":
        found = found[:1]
    if len(found) == 1:
        return found[0]
    ambiguous = f"The contract description specified for {wanted.symbol} is ambiguous."
    session.error(request_id, Code.NO_SUCH_CONTRACT, ambiguous if found else UNKNOWN)
    return None
