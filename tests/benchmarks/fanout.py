"""Processor time of a server per message delivered, beside a bare C loop, four other servers and two brokers.

200 clients, 50 messages of some 800 bytes a second to each. Everyone sends the same, each in its own way; ours are made
of five quotes that go through the handlers, the hub and the slow-client policy; the C loop does nothing but write. The
clients are C, and each sleeps until it is written to, as dashboards do.

A figure is the processor time, as the kernel counts it, of the server's process and its children over one span, divided
by the messages that arrived in that span. Everyone has the same work in the same time and is idle for the rest of it.
Most of a figure is what the system does within a write, which is to wake a reader. What a server spends once a tick, on
waking up and making the message, is in it too, divided by 200. Making 25,000 messages a second out of quotes of 500
symbols is measured by itself, with clients that subscribe to nothing, and taken off.

Rounds are interleaved and medians taken: the machine's noise is then the same for all. Ratios count; where other
programs run beside, p99 says more of them than of the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.fan.brokers import missing
from tests.benchmarks.fan.load import Sample
from tests.benchmarks.fan.report import Aim, show_aims, show_table
from tests.benchmarks.fan.strain import idle_clients, silent_clients
from tests.benchmarks.fan.trial import BESIDE, ON_ONE_TOPIC, watch

ROUNDS = 5
FLOOR, OURS, NCHAN = "bare C loop of write()", "tradestream_nb", "nginx nchan"


class Contest:
    """What all contestants have cost and delivered."""

    def __init__(self) -> None:
        self.figures: dict[str, list[Sample]] = {}

    def hold(self, programs: Path) -> None:
        """Run everyone that there is, in turn."""
        absent = missing()
        for name, packages in absent.items():
            print(f"{name} is not measured: install {packages} to have it")
        contestants = {name: who for name, who in (ON_ONE_TOPIC | BESIDE).items() if name not in absent}
        for _ in range(ROUNDS):
            for name, who in contestants.items():
                self.figures.setdefault(name, []).append(watch(name, who, programs))

    def aims(self) -> Iterator[Aim]:
        """What the product should reach beside the others."""
        ours, floor = self.cost(OURS), self.cost(FLOOR)
        yield Aim("all on one topic / C loop", ours / floor, 1.45)
        if NCHAN in self.figures:
            yield Aim("all on one topic / nchan", ours / self.cost(NCHAN), 1.1)
            yield Aim("p99 of all on one topic / of nchan", self.p99(OURS) / self.p99(NCHAN), 1.0)
        yield Aim("own 5 of 500 symbols / C loop, besides the quotes themselves", self.own_symbols() / floor, 2.0)
        yield Aim("deflated / plain", self.cost("deflated") / ours, 1.6)
        yield Aim("bytes plain / deflated", self.size(OURS) / self.size("deflated"), 3.0, least=True)
        yield Aim(
            "bursts of 10, a message / C loop, one write for each", self.cost("bursts of 10") / self.floor(10), 1.0
        )

    def cost(self, name: str) -> float:
        """Microseconds of processor time for each message delivered."""
        return median(sample.cost for sample in self.figures[name])

    def floor(self, burst: int) -> float:
        """The same of the C loop that writes so many messages in each tick."""
        return self.cost(f"C loop, bursts of {burst}")

    def own_symbols(self) -> float:
        """The same for clients with symbols of their own, without what it costs when nobody is there to read."""
        alone = median(sample.share for sample in self.figures["500 symbols, nobody"])
        return median(1e6 * (s.share - alone) * s.seconds / s.messages for s in self.figures["own 5 of 500"])

    def p99(self, name: str) -> float:
        """What 99 of 100 messages take no longer than."""
        return median(sample.p99 for sample in self.figures[name])

    def size(self, name: str) -> float:
        """Bytes of a frame."""
        return median(sample.bytes / sample.frames for sample in self.figures[name])


def main() -> None:
    """Run the contest, print a table, and what was aimed at."""
    contest = Contest()
    with TemporaryDirectory() as folder:
        programs = Path(folder)
        contest.hold(programs)
        show_table(contest.figures, FLOOR)
        show_aims([*contest.aims(), *silent_clients(programs), *idle_clients(programs)])


if __name__ == "__main__":
    main()
