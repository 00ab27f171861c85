"""Every bound that the server sets its clients, in one place."""

from __future__ import annotations

import msgspec

KIB = 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Times are in seconds, sizes in bytes."""

    soft_buffer: int = 64 * KIB
    """Bytes not yet taken by a client above which states conflate and logs wait."""
    hard_buffer: int = KIB * KIB
    """Bytes not yet taken above which a client is cut off at once."""
    grace: float = 10.0
    """How long a client may stay above the soft limit before it is cut off."""
    waiting_messages: int = 256
    """Messages of logs that may wait for a client above the soft limit."""
    waiting_bytes: int = 256 * KIB
    """Bytes of such messages."""

    message_size: int = 32 * KIB
    """The longest message a client may send."""
    request_rate: float = 10.0
    """Requests per second of a client, once its burst is used up."""
    request_burst: int = 20
    """Requests of a client at once."""
    request_frames: int = 32
    """Pings, pongs and parts of messages beside each such request: 32 KiB may come in parts of 1 KiB."""
    rate_violations: int = 10
    """Requests beyond the rate, within `violation_window`, after which a client is closed."""
    violation_window: float = 60.0
    bad_messages: int = 20
    """Messages that could not be understood after which a client is closed."""
    request_symbols: int = 200
    """Symbols that one request may name."""
    client_symbols: int = 1_000
    """Symbols that a client may have named in all, over all channels."""
    max_hz: float = 100.0
    """The highest `max_hz` a client may ask for; without one it gets every change."""

    connections: int = 1_000
    """Clients at once."""
    connections_per_address: int = 20
    """Clients at once from one address, and as many connections of it besides that are no clients yet."""
    handshakes_per_second: float = 50.0
    """Handshakes per second, over all addresses."""
    address_handshakes_per_second: float = 10.0
    """Handshakes per second from one address, so that it does not use up those of all."""
    handshake_deadline: float = 3.0
    """How long a handshake may take."""
    close_deadline: float = 1.0
    """How long a client may take to answer a goodbye."""
    keepalive: float = 20.0
    """Silence after which a client is asked whether it is there; after as long again it is taken to be gone."""
    auth_deadline: float = 5.0
    """How long a client may take to say who it is."""

    heartbeat: float = 15.0
    """Silence after which a v1 client hears a heartbeat."""
    history: int = 1_000
    """Messages of a log, the newest ones, that a client may come back for."""
    history_age: float = 300.0
    """How old the oldest of them may be."""
