"""What `ibkr://…` understands, and which library serves it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.ibkr_client import library
from tradestream_nb.errors import SourceError
from tradestream_nb.sources.ibkr.library import library_name
from tradestream_nb.sources.ibkr.options import parse_address
from tradestream_nb.sources.ibkr.source import IbkrSource
from tradestream_nb.sources.url import open_source


def only(*names: str) -> Any:
    return lambda name: name in names or None


def opened(url: str, **options: Any) -> IbkrSource:
    source = open_source(url, **options)
    assert isinstance(source, IbkrSource)
    return source


def test_everything_can_be_said_in_the_url() -> None:
    source = opened(
        "ibkr://10.0.0.5:4002?client_id=9&account=DU123&symbols=AAPL,MSFT&readonly=no&data=delayed&bars=yes"
    )
    assert (source.connection.host, source.connection.port) == ("10.0.0.5", 4002)
    assert (source.options.client_id, source.options.account, source.options.data) == (9, "DU123", "delayed")
    assert (source.options.is_readonly, source.options.wants_bars) == (False, True)
    assert [(str(each.name), each.feed) for each in source.feeds.registry] == [
        ("AAPL", "quotes"), ("AAPL", "bars"), ("MSFT", "quotes"), ("MSFT", "bars"),
    ]  # fmt: skip


def test_nothing_needs_to_be_said() -> None:
    source = opened("ibkr")
    assert (source.connection.host, source.connection.port) == ("127.0.0.1", 7497)
    assert (source.name, source.polled, source.virtual, source.options.is_readonly) == ("ibkr", False, False, True)


@pytest.mark.parametrize("readonly", [False, "no", "false", "0"])
def test_orders_are_let_through_in_any_way_of_saying_so(readonly: object) -> None:
    assert not opened("ibkr", readonly=readonly).options.is_readonly


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("", ("127.0.0.1", 7497)),
        ("//192.168.0.2", ("192.168.0.2", 7497)),
        ("//:7496", ("127.0.0.1", 7496)),
        ("//tws.lan:4001", ("tws.lan", 4001)),
    ],
)
def test_what_an_address_leaves_out_is_this_machine_and_a_paper_account(path: str, address: tuple[str, int]) -> None:
    assert parse_address(path) == address


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ibkr://host:port", "'//host:port' is no address; write ibkr://127.0.0.1:7497"),
        ("ibkr:7497", "'7497' is no address"),
        ("ibkr://host:99999", "is no address"),
        ("ibkr://host/path:7497", "is no address"),
        (
            "ibkr?client_id=-1",
            "client_id=-1 does not fit; client_id is a whole number from 0 that no other program uses",
        ),
        ("ibkr?readonly=maybe", "readonly=maybe does not fit; readonly is yes or no"),
        ("ibkr?data=old", "data=old does not fit; data is one of live, frozen, delayed, delayed_frozen"),
        ("ibkr?poll=-1", "poll=-1 does not fit"),
        ("ibkr?timeout=0", "timeout=0 does not fit; timeout is the seconds to wait for an answer, above 0"),
        ("ibkr?symbols=ES-202612", "symbol 'ES-202612' has no exchange; write ES-202612-EXCHANGE"),
        ("ibkr?sybmols=AAPL", "unknown option 'sybmols'; options: client_id, account, symbols"),
        ("ibkr?ticks=A,B,C,D", "D: all 3 tick-by-tick streams are in use"),
        ("ibkr-sim:7497", "ibkr-sim takes no path"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_fits(url: str, problem: str) -> None:
    with pytest.raises(SourceError, match=re.escape(problem)):
        open_source(url)


def test_the_library_that_is_installed_is_taken() -> None:
    assert library_name(only("ib_insync")) == "ib_insync"
    assert library_name(only("ib_async")) == "ib_async"
    assert library_name() == library.__name__


def test_without_a_library_the_error_says_what_to_install() -> None:
    with pytest.raises(SourceError, match=r"run: pip install 'tradestream_nb\[ibkr\]'"):
        library_name(only())


def test_both_libraries_at_once_are_refused_with_the_way_out() -> None:
    with pytest.raises(SourceError, match="both installed and break each other; keep one: pip uninstall"):
        library_name(only("ib_insync", "ib_async"))
