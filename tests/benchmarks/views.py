"""What a live table costs and how late it is: ours beside the widgets people stream with, in a real JupyterLab.

A session sends a view five frames a second, of what ten updates a second have left: that is ours as it is shipped.
Beside the others, and for the latency, ours sends a frame for each update as they do.

Each is shown alone, in a lab and a browser of its own, one after the other. The machine's noise is not the same for
all of them, but near: ratios count. `python -m tests.benchmarks.views 5` goes round five times and takes the medians.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from statistics import median

from tests.benchmarks.lab.market import RATE
from tests.benchmarks.lab.processes import Usage
from tests.benchmarks.lab.trial import Result, measure
from tests.browser import ensure

SYMBOLS, MANY = 500, 2_000
KERNEL, LATENCY, FRAMES, LATENCY_OF_MANY = 1.2, 30.0, 54.0, 100.0
"""Ours shall take no more of the kernel (% of a processor), be no later (ms), and leave the page so many frames/s."""
PEERS = {"html": "ipywidgets.HTML", "grid": "ipydatagrid", "perspective": "PerspectiveWidget"}
IDLE, MARKET = ("idle", 0), ("market", SYMBOLS)
"""What is beside every contestant: a page that shows nothing, and beside it the kernel's loop that moves the prices."""
ROWS = {
    MARKET: "market alone",
    ("shipped", SYMBOLS): "our view, as it is shipped",
    ("view", SYMBOLS): "our view, all updates",
    ("bare", SYMBOLS): "our page, bare kernel",
    ("session", SYMBOLS): "our view, in a session",
    **{(name, SYMBOLS): title for name, title in PEERS.items()},
    ("view", MANY): f"our view, {MANY:,} symbols",
}
HEADINGS = ("kernel %", "beyond %", "server %", "browser %", "kB/s", "msg/s", "p50 ms", "p95 ms", "frames/s", "seen/s")


def main() -> None:
    """Measure all of them and print a table."""
    ensure()
    asyncio.run(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 1))


async def compare(rounds: int) -> None:
    """Show one after the other, so many times."""
    print(f"views: {SYMBOLS} symbols x 8 columns, all of which move {RATE} times a second, in JupyterLab and Chromium")
    seen: dict[tuple[str, int], list[Result]] = {row: [] for row in (IDLE, *ROWS)}
    for _ in range(rounds):
        for row, results in seen.items():
            results.append(await measure(*row))
    middles = {row: middle(measured) for row, measured in seen.items()}
    idle, market = middles[IDLE].usage.browser, middles[MARKET].usage.kernel
    print(f"processor time in % of one processor; beside the browser's, an idle page takes {idle:.0f}")
    print(f"the kernel's as a whole, and beyond the loop that moves the market; rounds: {rounds}")
    print(f"{'':24}{''.join(f'{heading:>11}' for heading in HEADINGS)}")
    beside = {row: without(idle, middles[row]) for row in ROWS}
    for row, result in beside.items():
        print(f"{ROWS[row]:24}{''.join(f'{figure:>11,.2f}' for figure in figures(result, market))}")
    for line in verdicts(beside):
        print(line)


def middle(results: Iterable[Result]) -> Result:
    """The median of each figure."""
    usages, *others = zip(*results, strict=True)
    return Result(Usage(*map(median, zip(*usages, strict=True))), *map(median, others))


def without(idle: float, result: Result) -> Result:
    """The result without what an idle page takes of the browser."""
    usage = result.usage
    return result._replace(usage=usage._replace(browser=usage.browser - idle))


def figures(result: Result, market: float) -> tuple[float, ...]:
    """In the order of the headings."""
    usage, kilobytes, messages, frames, updates, p50, p95 = result
    beyond = usage.kernel - market
    return (usage.kernel, beyond, usage.server, usage.browser, kilobytes, messages, p50, p95, frames, updates)


def verdicts(results: dict[tuple[str, int], Result]) -> Iterator[str]:
    """What was aimed at, and whether it was reached."""
    ours, many = results["view", SYMBOLS], results["view", MANY]
    for name, row in ("shipped", "as it is shipped"), ("view", "all updates"):
        kernel = results[name, SYMBOLS].usage.kernel
        yield verdict(f"kernel %, {row}", kernel, f"at most {KERNEL}", kernel <= KERNEL)
    yield verdict("p50 ms", ours.p50, f"at most {LATENCY}", ours.p50 <= LATENCY)
    yield verdict("frames/s", ours.frames, f"at least {FRAMES}", ours.frames >= FRAMES)
    yield verdict(f"p50 ms, {MANY:,} symbols", many.p50, f"below {LATENCY_OF_MANY}", many.p50 < LATENCY_OF_MANY)
    for name, title in PEERS.items():
        peer = results[name, SYMBOLS]
        for figure, theirs, own in (
            ("kernel", peer.usage.kernel, ours.usage.kernel),
            ("browser", peer.usage.browser, ours.usage.browser),
            ("p50", peer.p50, ours.p50),
        ):
            yield verdict(f"{title}: {figure}, times ours", theirs / own, "at least 1.0", theirs >= own)


def verdict(what: str, figure: float, aim: str, reached: bool) -> str:
    """One line of the verdicts."""
    return f"{what:40}{figure:>11,.2f}   aim {aim:15}{'reached' if reached else 'missed'}"


if __name__ == "__main__":
    main()
