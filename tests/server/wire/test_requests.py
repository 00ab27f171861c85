"""What requests are about."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tradestream_nb.keys import ALL, Keys
from tradestream_nb.server.wire.requests import AllBut, Since, keys_of


@pytest.mark.parametrize("symbols", [None, [], "*", ["*"], ["AAPL", "*"], AllBut([])])
def test_naming_no_symbols_or_a_star_means_all(symbols: Any) -> None:
    assert keys_of(symbols) == ALL


def test_named_symbols_are_the_keys() -> None:
    assert keys_of(["B", "A", "A"]) == Keys(["A", "B"])
    assert keys_of(AllBut(["A"])) == ~Keys(["A"])


def test_since_gives_a_seq_for_each_channel_or_one_for_all() -> None:
    read = msgspec.json.Decoder(Since).decode
    by_channel = read(b'{"epoch":"e1","seq":{"signals":3}}')
    assert (by_channel.of("signals"), by_channel.of("trades")) == (3, None)
    assert read(b'{"epoch":"e1","seq":4}').of("trades") == 4
