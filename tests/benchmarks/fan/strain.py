"""What clients that do not read cost the others, and what clients cost that only stay."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.fan.load import Reader, Sample, request
from tests.benchmarks.fan.report import Aim
from tests.benchmarks.fan.served import Task
from tests.benchmarks.fan.trial import V1, ours, running, watch

MIB = 1 << 20
CLIENTS, SILENT, BURST, PAIRS = 100, 2, 20, 5
FILLING, SECONDS = 4.5, 2.0
"""Seconds until the 3 MB that the system takes for a client are full, and for which it is watched from then on."""
IDLE, FEW = 5_000, 100


def silent_clients(programs: Path) -> Iterator[Aim]:
    """Bursts to a hundred clients, of which two read nothing, beside bursts to a hundred that do."""
    everyone, others, grown = list[Sample](), list[Sample](), list[float]()
    for _ in range(PAIRS):
        for silent, samples in ((0, everyone), (SILENT, others)):
            who = ours(Task(burst=BURST))
            samples.append(watch("ours", who, programs, clients=CLIENTS, silent=silent, warm=FILLING, seconds=SECONDS))
        if others[-1].stalled != SILENT or everyone[-1].stalled:
            raise RuntimeError(f"{others[-1].stalled} clients were stalled, not {SILENT}")
        grown.append((others[-1].rss - everyone[-1].rss) / SILENT / MIB)
    late = median(sample.p99 for sample in others) / median(sample.p99 for sample in everyone)
    yield Aim(f"p99 of the others with {SILENT} of {CLIENTS} stalled / without", late, 1.2)
    yield Aim("memory of each stalled client, MiB", max(0.0, median(grown)), 1.5)


def idle_clients(programs: Path) -> Iterator[Aim]:
    """Thousands that shake hands and stay."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with TemporaryDirectory(dir=programs) as place, running("ours", ours(Task()), Path(place)) as server:

        def connect(clients: int) -> Reader:
            return Reader(Path(place), server.port, clients, request("/ws", V1), [b""], silent=clients)

        few = connect(FEW)
        before, began = server.process.memory_info().rss, time.perf_counter()
        many = connect(IDLE)
        rate, grown = IDLE / (time.perf_counter() - began), server.process.memory_info().rss - before
        many.close()
        few.close()
    yield Aim(f"memory of each of {IDLE:,} idle clients, KiB", grown / IDLE / 1024, 12.0)
    yield Aim("handshakes per second", rate, 500.0, least=True)
