"""Opening a source by its URL."""

from __future__ import annotations

import pkgutil
from typing import Annotated, get_type_hints

import msgspec
import pytest
from msgspec import Meta

from tradestream_nb.errors import SourceError
from tradestream_nb.sources.base import Source
from tradestream_nb.sources.polled import PolledSource
from tradestream_nb.sources.replay import ReplaySource
from tradestream_nb.sources.simulated import SimulatedOptions, SimulatedSource
from tradestream_nb.sources.url import SOURCES, open_source


def options_of(source: Source) -> SimulatedOptions:
    assert isinstance(source, SimulatedSource)
    return source.options


def test_a_name_alone_takes_every_default() -> None:
    assert options_of(open_source("sim")) == SimulatedOptions()


def test_options_are_read_from_the_query() -> None:
    source = open_source("sim?seed=3&symbols=AAPL,BRK%20B&rate=5&polled=true&poll=1.5")
    assert options_of(source) == SimulatedOptions(3, "AAPL,BRK B", 5.0, polled=True, poll=1.5)


def test_a_plus_in_a_time_stays_a_plus() -> None:
    assert options_of(open_source("sim?start=2026-01-05T14:30:00+01:00")).start.endswith("+01:00")


def test_keywords_come_on_top_of_the_query() -> None:
    assert options_of(open_source("sim?seed=3&rate=5", seed=9, symbols=["IBM"])) == SimulatedOptions(9, ["IBM"], 5.0)


def test_a_path_follows_the_colon() -> None:
    source = open_source("replay:sample?speed=max&loop=true")
    assert isinstance(source, ReplaySource)
    assert (source.options.speed, source.options.loop) == ("max", True)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("binance", "unknown source 'binance'; known: .*replay, sim"),
        ("", "unknown source ''"),
        ("sim?sede=7", "sim: unknown option 'sede'; options: seed, symbols, rate, start, polled, poll"),
        ("sim?seed", "sim: option 'seed' has no value; write seed=…"),
        ("sim?seed=1&seed=2", "sim: option 'seed' is given twice"),
        ("sim?seed=seven", "sim: seed=seven does not fit; seed is a whole number from 0"),
        ("sim?rate=0", "sim: rate=0 does not fit; rate is quotes per second of each symbol, above 0 and up to 1000"),
        ("sim?rate=nan", "sim: rate=nan does not fit"),
        ("sim?rate=1e9", "sim: rate=1e9 does not fit"),
        ("sim?polled=maybe", "sim: polled=maybe does not fit; polled is true or false"),
        ("sim?symbols=", "sim: symbols holds a blank name"),
        ("sim:AAPL", "sim takes no path, but got 'AAPL'"),
        ("replay", "replay needs a file: replay:PATH"),
        ("replay:sample?speed=fast", "replay: speed=fast does not fit; speed is .*a number above 0, or max"),
        ("replay:sample?speed=-1", "replay: speed=-1 does not fit"),
    ],
)
def test_what_does_not_fit_is_named_with_what_does(url: str, problem: str) -> None:
    with pytest.raises(SourceError, match=problem) as refused:
        open_source(url)
    assert "\n" not in str(refused.value)


def test_a_keyword_of_another_type_is_refused_too() -> None:
    with pytest.raises(SourceError, match=r"sim: symbols=\[1\] does not fit; symbols is how many"):
        open_source("sim", symbols=[1])


class TickOptions(msgspec.Struct, frozen=True):
    """Options with a check of their own."""

    ticks: Annotated[int, Meta(description="an even number")] = 2

    def __post_init__(self) -> None:
        if self.ticks % 2:
            raise ValueError("ticks must be even")


class TickSource(PolledSource):
    """What another package would bring along."""

    Options = TickOptions

    @classmethod
    def open(cls, path: str, options: TickOptions) -> TickSource:
        return cls(list, name=f"{path} {options.ticks}")


def test_one_line_adds_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCES, "tick", f"{__name__}:TickSource")
    assert open_source("tick:there?ticks=4").name == "there 4"
    with pytest.raises(SourceError, match="tick: ticks must be even"):
        open_source("tick?ticks=3")


@pytest.mark.parametrize("where", SOURCES.values())
def test_every_option_says_what_fits(where: str) -> None:
    options = pkgutil.resolve_name(where).Options
    hints = get_type_hints(options, include_extras=True)
    assert all(hints[name].__metadata__[-1].description for name in options.__struct_fields__)
