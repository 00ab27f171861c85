"""The parts that a simulated Trader Workstation is made of."""

from __future__ import annotations

from tradestream_nb.sim.tws.account import Account
from tradestream_nb.sim.tws.details import ContractDetails
from tradestream_nb.sim.tws.executions import Executions
from tradestream_nb.sim.tws.history import History
from tradestream_nb.sim.tws.live_bars import LiveBars
from tradestream_nb.sim.tws.market_data import MarketData
from tradestream_nb.sim.tws.orders import Orders
from tradestream_nb.sim.tws.part import Part
from tradestream_nb.sim.tws.past_ticks import PastTicks
from tradestream_nb.sim.tws.pnl import ProfitAndLoss
from tradestream_nb.sim.tws.positions import Positions
from tradestream_nb.sim.tws.start import Start
from tradestream_nb.sim.tws.tick_by_tick import TickByTick
from tradestream_nb.sim.tws.unserved import Unserved
from tradestream_nb.sim.tws.world import World


def make_parts(world: World) -> list[Part]:
    """One of each, in the order in which they hear of things."""
    return [
        Start(world),
        ContractDetails(world),
        MarketData(world),
        TickByTick(world),
        LiveBars(world),
        History(world),
        PastTicks(world),
        Orders(world),
        Executions(world),
        Positions(world),
        Account(world),
        ProfitAndLoss(world),
        Unserved(world),
    ]
