"""How the figures are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from tests.benchmarks.fan.load import Sample


class Aim(NamedTuple):
    """What was measured, and what it should be at most, or at least."""

    name: str
    value: float
    bound: float
    least: bool = False

    @property
    def reached(self) -> bool:
        """Whether it is so."""
        return self.value >= self.bound if self.least else self.value <= self.bound


def show_table(figures: Mapping[str, Sequence[Sample]], floor: str) -> None:
    """A line for each contestant, medians of its rounds; times are in microseconds."""
    least = median(sample.cost for sample in figures[floor])
    print(f"{'':24}{'µs/message':>11}{'x C loop':>10}{'CPU':>7}{'messages/s':>11}{'B/frame':>10}{'p50':>10}{'p99':>10}")
    for name, samples in figures.items():
        cost, share, *rest = (median(column) for column in zip(*map(_columns, samples), strict=True))
        print(
            f"{name:24}{cost:>11.2f}{cost / least:>10.2f}{share:>7.0%}", "".join(f"{value:>10,.0f}" for value in rest)
        )


def show_aims(aims: Iterable[Aim]) -> None:
    """A line for each aim."""
    for aim in aims:
        verdict, bound = "reached" if aim.reached else "missed", ">=" if aim.least else "<="
        print(f"{aim.name:62}{aim.value:>9.2f}   aim {bound} {aim.bound:g} {verdict}")


def _columns(sample: Sample) -> tuple[float, ...]:
    got = sample.messages or sample.frames
    size = sample.bytes / max(1, sample.frames)
    return sample.cost, sample.share, got / sample.seconds, size, sample.p50, sample.p99
