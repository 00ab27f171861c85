"""Reads a server's streams as typed messages, in a program or a notebook: `async with connect(url) as client`."""

from __future__ import annotations

import ssl

from tradestream_nb.client.client import Client
from tradestream_nb.client.link import Address, Codec
from tradestream_nb.client.marks import (
    Disconnected,
    Dropped,
    Gap,
    Item,
    OwnMessage,
    Place,
    Reconnected,
    Snapshot,
)

__all__ = [
    "Client",
    "Disconnected",
    "Dropped",
    "Gap",
    "Item",
    "OwnMessage",
    "Place",
    "Reconnected",
    "Snapshot",
    "connect",
]


def connect(
    url: str,
    *,
    token: str | None = None,
    codec: Codec = "json",
    tls: ssl.SSLContext | None = None,
    patience: float | None = 10.0,
) -> Client:
    """A client of the server at `url`, such as `ws://127.0.0.1:8765/ws`, that connects when it is entered or awaited.

    `codec` is `json` or `msgpack`; `patience` is for how many seconds a first connection is tried, None for ever.
    """
    return Client(Address(url, token, codec, tls), patience=patience)
