"""The parts that a simulated Trader Workstation is made of."""

from __future__ import annotations

from tradestream_nb.sim.tws.part import Part
from tradestream_nb.sim.tws.start import Start
from tradestream_nb.sim.tws.world import World


def make_parts(world: World) -> list[Part]:
    """One of each, in the order in which they hear of things."""
    return [
        Start(world),
    ]
