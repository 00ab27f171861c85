"""A client of a real server, over ways that break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.client.proxy import Proxy, proxied
from tests.client.reading import take, url
from tests.fast_loop import fast
from tests.server.doors import door
from tests.server.served import Served, serving, until
from tests.server.talk import TS, health, portfolio, price, publish_all, signal, trade
from tradestream_nb.client import Disconnected, Gap, Reconnected, Snapshot, connect, upkeep
from tradestream_nb.errors import RequestRefused, ServerRefused, Unreachable, UserError
from tradestream_nb.hub import Hub
from tradestream_nb.server.connection import Server
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tokens import Tokens

SECRET = "correct-horse-battery"


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Reconnects are tried at once; the pauses that servers asked for are kept here instead."""
    asked: list[float] = []

    def note(seconds: float) -> float:
        asked.append(seconds)
        return 0.01

    monkeypatch.setattr(upkeep, "backoff", lambda: iter(lambda: 0.01, None))
    monkeypatch.setattr(upkeep, "asked_pause", note)
    return asked


@pytest.fixture
async def proxy(served: Served) -> AsyncIterator[Proxy]:
    async with proxied(served.port) as proxy:
        yield proxy


async def test_it_gives_typed_messages(served: Served) -> None:
    async with connect(url(served)) as client:
        assert await client.subscribe("signals", "price_updates") == {"signals": "*", "price_updates": "*"}
        served.hub.publish("signals", signal(), TS)
        served.hub.publish("price_updates", price(), TS)
        assert await take(client, 2) == [signal(), price()]


async def test_it_speaks_messagepack_as_well(served: Served) -> None:
    async with connect(url(served), codec="msgpack") as client:
        (connected,) = await served.clients(1)
        assert connected.admission.codec == "msgpack"
        await client.subscribe("*")
        publish_all(served.hub)
        messages = await take(client, 5)
        assert sorted(map(repr, messages)) == sorted(map(repr, [price(), signal(), portfolio(), trade(), health()]))


async def test_the_pace_of_a_state_is_changed_while_it_runs_and_kept_over_a_reconnect(
    served: Served, proxy: Proxy
) -> None:
    async with connect(proxy.url) as client:
        await client.subscribe("price_updates", "portfolio", max_hz=20)
        await client.configure("price_updates", max_hz=5)
        proxy.cut()
        await take(client, 2)
        (again,) = await served.clients(1)
        await client.list()
        assert again.subscription.mailbox.intervals == {"price_updates": 1 / 5, "portfolio": 1 / 20}


async def test_a_lone_symbol_is_one_symbol(served: Served) -> None:
    async with connect(url(served)) as client:
        assert await client.subscribe("signals", symbols="AAPL") == {"signals": ["AAPL"]}
        assert await client.unsubscribe("signals", symbols=("AAPL",)) == {}
        assert await client.list() == {}


async def test_it_can_be_awaited_and_closed_as_in_cells_of_a_notebook(served: Served) -> None:
    client = await connect(url(served))
    await client.subscribe("signals")
    served.hub.publish("signals", signal(), TS)
    async for message in client:
        assert message == signal()
        break
    await client.close()
    await client.close()
    assert client.state == "closed"
    assert [message async for message in client] == []


async def test_a_request_that_is_refused_says_why(served: Served) -> None:
    async with connect(url(served)) as client:
        with pytest.raises(RequestRefused, match="unknown channel 'nowhere'.*unknown_channel"):
            await client.subscribe("nowhere")


async def test_nothing_is_left_of_a_closed_client(served: Served) -> None:
    before = asyncio.all_tasks()
    async with connect(url(served)) as client:
        await client.subscribe("signals")
    assert asyncio.all_tasks() == before
    await served.clients(0)


async def test_a_client_that_is_not_open_says_how_to_open_it() -> None:
    with pytest.raises(UserError, match="async with connect"):
        await connect("ws://127.0.0.1:1/ws").subscribe("signals")


async def test_closing_ends_what_waits(served: Served) -> None:
    client = await connect(url(served))
    reading = asyncio.create_task(anext(client, None))
    await asyncio.sleep(0)
    await client.close()
    assert await reading is None
    with pytest.raises(RequestRefused, match="closed"):
        await client.list()


async def test_a_cut_connection_is_resumed_without_loss(served: Served, proxy: Proxy) -> None:
    async with connect(proxy.url) as client:
        await client.subscribe("signals")
        served.hub.publish("signals", signal("A"), TS)
        assert await take(client, 1) == [signal("A")]
        for name in "BCD":
            proxy.cut()
            served.hub.publish("signals", signal(name), TS)
            lost, back, message = await take(client, 3)
            assert isinstance(lost, Disconnected) and back == Reconnected(served.hub.epoch, True)
            assert message == signal(name)


async def test_a_restarted_server_is_found_again_after_the_pause_it_asked_for(
    served: Served, proxy: Proxy, pauses: list[float]
) -> None:
    async with connect(proxy.url) as client:
        await client.subscribe("signals", "price_updates")
        served.hub.publish("signals", signal("A"), TS)
        await take(client, 1)
        await served.server.stop()
        assert (await take(client, 1))[0] == Disconnected(1012, "the server stops")
        assert pauses == [1.0]
        served.hub.publish("signals", signal("B"), TS)
        served.hub.publish("price_updates", price(), TS)
        restarted = Server(served.hub, door())
        proxy.target = await restarted.start("127.0.0.1", 0)
        back, *messages = await take(client, 4)
        assert back == Reconnected(served.hub.epoch, True)
        assert sorted(map(repr, messages)) == sorted(
            map(repr, [signal("B"), Snapshot("price_updates", frozenset(["AAPL"])), price()])
        )
        await client.close()
        await restarted.stop()


async def test_another_run_of_the_server_is_told_as_a_gap(served: Served, proxy: Proxy) -> None:
    async with serving() as other, connect(proxy.url) as client:
        await client.subscribe("signals")
        proxy.target = other.port
        other.hub.publish("signals", signal("new"), TS)
        proxy.cut()
        _, back, gap, message = await take(client, 4)
        assert back == Reconnected(other.hub.epoch, False)
        assert isinstance(gap, Gap) and gap.missing is None
        assert message == signal("new")


async def test_a_request_outlives_its_connection(served: Served, proxy: Proxy) -> None:
    async with connect(proxy.url) as client:
        proxy.target = None
        proxy.cut()
        assert isinstance((await take(client, 1))[0], Disconnected)
        asking = asyncio.create_task(client.subscribe("signals"))
        await until(lambda: proxy.connections > 2)
        assert not asking.done()
        proxy.target = served.port
        assert await asking == {"signals": "*"}
        assert await take(client, 1) == [Reconnected(served.hub.epoch, True)]


@fast
async def test_a_server_that_has_fallen_silent_is_given_up() -> None:
    async with serving(heartbeat=0.1) as served, proxied(served.port) as proxy, connect(proxy.url) as client:
        await asyncio.sleep(5)
        assert (client.state, proxy.connections) == ("open", 1), "its heartbeats tell that the server is there"
        proxy.silent = True
        (lost,) = await take(client, 1)
        assert lost == Disconnected(1006, "nothing was heard for too long")
        proxy.silent = False
        proxy.cut()
        assert await take(client, 1) == [Reconnected(served.hub.epoch, True)]


@pytest.mark.parametrize("code", [4508, 4429, 1012])
async def test_a_passing_refusal_is_tried_again(served: Served, code: int) -> None:
    async with connect(url(served)) as client:
        (connected,) = await served.clients(1)
        served.server.clients.disconnect(connected.id, code, "not now")
        assert await take(client, 2) == [Disconnected(code, "not now"), Reconnected(served.hub.epoch, True)]


async def test_a_final_refusal_ends_the_client_with_a_clear_error(served: Served) -> None:
    async with connect(url(served)) as client:
        (connected,) = await served.clients(1)
        served.server.clients.disconnect(connected.id, 4403, "not for you")
        with pytest.raises(ServerRefused, match=r"refuses this client \(4403\).*not for you"):
            await take(client, 1)
        assert client.state == "closed"
        with pytest.raises(RequestRefused):
            await client.list()
    assert len(served.server.clients) == 0


async def test_a_wrong_token_is_said_so_and_not_tried_again() -> None:
    tokens = Tokens()
    tokens.add("desk", SECRET)
    server = Server(Hub(), door(Access(tokens=tokens)))
    at = f"ws://127.0.0.1:{await server.start('127.0.0.1', 0)}/ws"
    for token in ("wrong", None):
        with pytest.raises(ServerRefused, match="it wants another token"):
            await connect(at, token=token).open()
    async with connect(at, token=SECRET) as client:
        assert await client.subscribe("signals") == {"signals": "*"}
    await server.stop()


async def test_an_address_where_nothing_answers_is_said_so() -> None:
    async with proxied(None) as proxy:
        with pytest.raises(Unreachable, match=f"{proxy.url} cannot be reached: .*tradestream serve"):
            await connect(proxy.url, patience=1.0).open()
        assert proxy.connections > 1


async def test_an_address_that_is_none_is_said_so_at_once() -> None:
    with pytest.raises(UserError, match="no address of a WebSocket"):
        await connect("http://127.0.0.1/ws").open()
