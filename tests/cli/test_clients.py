"""`tradestream clients` and `tradestream disconnect`, against a server on a real port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from click.testing import Result
from websockets.exceptions import ConnectionClosed

from tests.cli.commands import invoke
from tests.server.watched import Watched, watched
from tradestream_nb.cli.clients import table
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tokens import read_tokens

BOARD, OPERATOR = "board-secret-0123456789", "operator-secret-0123456789"
TOKENS = [f"board={BOARD}:price_updates,signals", f"ops={OPERATOR}"]
BY_ENVIRONMENT = {"TRADESTREAM_TOKEN": " ".join(TOKENS)}
V1 = "tradestream.v1.json"


async def call(server: Watched, *arguments: str, env: dict[str, str] | None = None) -> Result:
    """Call a command, which waits, beside the server."""
    return await asyncio.to_thread(invoke, *arguments, "--url", f"http://127.0.0.1:{server.port}/", env=env)


def problem(result: Result) -> str:
    """What a command says that failed, in one line."""
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    return line.removeprefix("Error: ")


def guarded() -> AbstractAsyncContextManager[Watched]:
    """A server that lets in who reads, and who operates."""
    return watched(Access(tokens=read_tokens(TOKENS)), token=BOARD)


@asynccontextmanager
async def strange(answer: bytes) -> AsyncIterator[str]:
    """The address of a server that always says this."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(say, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_clients_are_listed_with_the_token_of_the_environment() -> None:
    async with guarded() as server, server.connect(V1) as ws:
        await ws.recv()
        await ws.send('{"type":"subscribe","channel":"price","symbols":["MSFT","AAPL"]}')
        await ws.recv()
        result = await call(server, "clients", env=BY_ENVIRONMENT)
    assert result.exit_code == 0, result.stderr
    headings, row = result.stdout.splitlines()
    assert headings.split() == "id remote name mode delivered conflated dropped lag reads".split()
    assert row.split("  ")[0] == "1"
    assert row.endswith("0 ms  price_updates (AAPL MSFT)")
    assert all(f" {word} " in row for word in ("127.0.0.1", "board", "v1"))


async def test_json_is_what_the_server_says() -> None:
    async with watched() as server, server.connect(V1):
        listed = await server.clients(1)
        result = await call(server, "clients", "--json")
    assert [client["id"] for client in json.loads(result.stdout)] == [client["id"] for client in listed]
    assert json.loads(result.stdout)[0].keys() == listed[0].keys()


async def test_nobody_is_a_table_without_rows() -> None:
    async with watched() as server:
        assert (await call(server, "clients")).stdout.splitlines() == [
            "id  remote  name  mode  delivered  conflated  dropped  lag  reads"
        ]


async def test_a_client_is_sent_away_for_good() -> None:
    async with guarded() as server, server.connect() as ws:
        result = await call(server, "clients", "--json", env=BY_ENVIRONMENT)
        (client,) = json.loads(result.stdout)
        result = await call(server, "disconnect", client["id"], "--token", OPERATOR)
        assert (result.exit_code, result.stdout) == (0, f"client {client['id']} is disconnected\n")
        with pytest.raises(ConnectionClosed, match="4403"):
            await ws.recv()


@pytest.mark.parametrize("client", ["99", "a/b", "ä", ""])
async def test_a_client_that_there_is_not_is_told_in_one_line(client: str) -> None:
    async with watched() as server:
        said = problem(await call(server, "disconnect", client))
    assert said.startswith("there is no client") and said.endswith("; tradestream clients lists those there are")


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ([], "this needs a token; name one that may operate with --token"),
        (["--token", "unknown-0123456789"], "this token is not known here; name one that may operate with --token"),
        (["--token", BOARD], "the token 'board' has no scope to operate; name one that may operate with --token"),
        (["--token", "käse"], "--token number 1 is not [NAME=]SECRET[:SCOPE,...], as in "),
    ],
)
async def test_who_may_not_operate_is_told_in_one_line(token: list[str], said: str) -> None:
    async with guarded() as server:
        for command in (["clients"], ["disconnect", "1"]):
            assert problem(await call(server, *command, *token)).startswith(said)


async def test_a_server_that_is_not_there_is_told_with_a_way_out() -> None:
    async with strange(b"") as url:
        pass
    said = problem(invoke("clients", "--url", url))
    assert (
        said == f"{url} does not answer (Connection refused); name the server with --url, as tradestream serve says it"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", "is no tradestream server; name one with --url"),
        (b"HTTP/1.1 200 OK\r\n\r\n[]", "is no tradestream server; name one with --url"),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", "is no tradestream server; name one with --url"),
        (b'HTTP/1.1 200 OK\r\n\r\n{"clients":5}', "is no tradestream server; name one with --url"),
        (b'HTTP/1.1 200 OK\r\n\r\n{"clients":[{"id":"1"}]}', "is no tradestream server; name one with --url"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\n", "answers 403 Forbidden"),
        (b"HTTP/1.1 404 Not Found\r\n\r\nno such page", "is no tradestream server; name one with --url"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "answers 502 Bad Gateway"),
        (b"220 mail.example ready\r\n", "does not answer (220 mail.example ready)"),
    ],
)
async def test_a_server_of_another_kind_is_told_in_one_line(answer: bytes, said: str) -> None:
    async with strange(answer) as url:
        result = await asyncio.to_thread(invoke, "clients", "--url", url)
    assert problem(result).startswith(f"{url} {said}")


async def test_a_long_refusal_is_cut_and_commands_no_terminal() -> None:
    async with strange(b"HTTP/1.1 403 Forbidden\r\n\r\n\x1b[2J" + b"no " * 1000) as url:
        said = problem(await asyncio.to_thread(invoke, "clients", "--url", url))
    assert said.startswith("\N{REPLACEMENT CHARACTER}[2Jno no ") and len(said) < 400


@pytest.mark.parametrize(
    "url", ["localhost:8765", "ws://127.0.0.1:8765/ws", "file:///etc/passwd", "http://[::1", "http://", ""]
)
def test_what_is_no_address_is_told_in_one_line(url: str) -> None:
    assert problem(invoke("clients", "--url", url)) == f"--url {url!r} is not an address, as in http://127.0.0.1:8765"


async def test_a_token_is_not_passed_on_to_where_a_server_points() -> None:
    async with guarded() as server:
        away = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{server.port}/clients\r\n\r\n".encode()
        async with strange(away) as url:
            result = await asyncio.to_thread(invoke, "clients", "--url", url, "--token", OPERATOR)
    assert problem(result).startswith("this needs a token")


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with watched() as server:
        assert (await call(server, "clients")).exit_code == 0


def seen(**given: Any) -> dict[str, Any]:
    """A client as a server tells of it."""
    counters = {"delivered": 0, "conflated": 0, "dropped": 0, "lag_ms": 0}
    who: dict[str, Any] = {"id": "1", "remote": "192.0.2.7", "identity": None, "mode": "v1", "subscriptions": {}}
    return {**who, **counters, **given}


def test_columns_are_as_wide_as_what_is_in_them() -> None:
    fast = seen(
        id="12", identity="desk", mode="legacy", delivered=123456, subscriptions={"signals": "*", "trades": "*"}
    )
    slow = seen(remote="2001:db8::1", conflated=7, lag_ms=2345)
    assert table([fast, slow]).splitlines() == [
        "id  remote       name  mode    delivered  conflated  dropped    lag  reads",
        "12  192.0.2.7    desk  legacy     123456          0        0   0 ms  signals, trades",
        "1   2001:db8::1  -     v1              0          7        0  2.3 s  -",
    ]


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ([], "price_updates (none)"),
        (["A", "B"], "price_updates (A B)"),
        ({"all_but": ["A"]}, "price_updates (all but A)"),
        (list("ABCDEFG"), "price_updates (A B C D E 2 more)"),
        (["\x1b[2J"], "price_updates (�[2J)"),
    ],
)
def test_what_a_client_reads_fits_a_line_and_commands_no_terminal(wanted: Any, shown: str) -> None:
    assert table([seen(subscriptions={"price_updates": wanted})]).splitlines()[1].endswith(f"  {shown}")
