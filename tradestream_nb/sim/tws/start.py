"""What a client hears when it starts, and the small questions about the server itself."""

from __future__ import annotations

from collections.abc import Mapping

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session

DATA_FARM, HISTORY_FARM, DEFINITION_FARM = "usfarm", "ushmds", "secdefil"
LOST = "Connectivity between IB and Trader Workstation has been lost."


class Start(Part):
    """Names the accounts, the next order id and the farms; tells the time."""

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about the server itself."""
        return {
            Request.CURRENT_TIME: self._current_time,
            Request.MANAGED_ACCOUNTS: self._managed_accounts,
            Request.IDS: self._next_valid_id,
            Request.USER_INFO: self._user_info,
            Request.LOG_LEVEL: _ignore,
            Request.NEWS_BULLETINS: _ignore,
            Request.CANCEL_NEWS_BULLETINS: _ignore,
        }

    def on_join(self, session: Session) -> None:
        """Tell a new client what it waits for."""
        self._tell_accounts(session)
        self._tell_next_id(session)
        self._tell_farms(session)

    def _tell_accounts(self, session: Session) -> None:
        session.send(Reply.MANAGED_ACCOUNTS, 1, ",".join(self.world.accounts))

    def _tell_next_id(self, session: Session) -> None:
        session.send(Reply.NEXT_VALID_ID, 1, self.world.order_ids.get(session.client_id, 1))

    def _tell_farms(self, session: Session) -> None:
        trouble = self.world.trouble
        if not trouble.connected:
            return session.error(-1, Code.CONNECTION_LOST, LOST)
        session.error(-1, *data_farm(trouble.data_farm))
        session.error(-1, *history_farm(trouble.history_farm))
        session.error(-1, Code.DEFINITION_FARM_OK, f"Sec-def data farm connection is OK:{DEFINITION_FARM}")

    def _current_time(self, session: Session, fields: Fields) -> None:
        session.send(Reply.CURRENT_TIME, 1, self.world.ts // SECOND)

    def _managed_accounts(self, session: Session, fields: Fields) -> None:
        self._tell_accounts(session)

    def _next_valid_id(self, session: Session, fields: Fields) -> None:
        self._tell_next_id(session)

    def _user_info(self, session: Session, fields: Fields) -> None:
        session.send(Reply.USER_INFO, fields.integer(), "")


def data_farm(works: bool) -> tuple[Code, str]:
    """What is said of the farm for market data."""
    code = Code.DATA_FARM_OK if works else Code.DATA_FARM_BROKEN
    return code, f"Market data farm connection is {'OK' if works else 'broken'}:{DATA_FARM}"


def history_farm(works: bool) -> tuple[Code, str]:
    """What is said of the farm for historical data."""
    code = Code.HISTORY_FARM_OK if works else Code.HISTORY_FARM_BROKEN
    return code, f"HMDS data farm connection is {'OK' if works else 'broken'}:{HISTORY_FARM}"


def _ignore(session: Session, fields: Fields) -> None:
    """Answer nothing, as TWS does."""
