"""Ending a connection of which only the addresses are known."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from tradestream_nb.asgi.hang_up import hang_up, hang_up_after
from tradestream_nb.server.give_up import CAN, LONGEST


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = socket.create_connection(listener.getsockname())
        near, _ = listener.accept()
        with closing(far), closing(near):
            yield near, far


def test_the_other_end_is_told_and_nothing_else_is_touched(connection: tuple[socket.socket, socket.socket]) -> None:
    near, far = connection
    with socket.create_server(("127.0.0.1", 0)) as other:
        bystander = socket.create_connection(other.getsockname())
        accepted, _ = other.accept()
        with closing(bystander), closing(accepted):
            assert hang_up(near.getsockname(), far.getsockname())
            assert far.recv(1) == b""
            accepted.sendall(b"x")
            assert bystander.recv(1) == b"x"


def test_an_address_that_nobody_is_connected_from_is_no_error(connection: tuple[socket.socket, socket.socket]) -> None:
    near, far = connection
    assert not hang_up(near.getsockname(), ("127.0.0.1", 1))
    near.sendall(b"x")
    assert far.recv(1) == b"x"


@pytest.mark.skipif(not CAN, reason="only Linux waits for a peer as long as it is told")
@pytest.mark.parametrize(("seconds", "told"), [(1.5, 1500), (1e9, LONGEST)])
def test_the_system_is_told_how_long_to_wait_for_one_that_takes_nothing(
    connection: tuple[socket.socket, socket.socket], seconds: float, told: int
) -> None:
    near, far = connection
    assert hang_up_after(near.getsockname(), far.getsockname(), seconds)
    assert near.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == told
    assert far.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0
