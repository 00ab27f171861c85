"""How many connections may stand in a house without wanting anything, over real sockets, and when it is empty."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import pytest

from tests.patience import PATIENCE
from tests.server.doors import door
from tests.server.idlers import ended, idlers
from tests.server.raw import get
from tests.server.served import Served, serving, until
from tradestream_nb import clock
from tradestream_nb.hub import Hub
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door import headcount
from tradestream_nb.server.house import House
from tradestream_nb.server.limits import Limits

SHARE = 3


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone who connects seems to do so from one other machine."""
    monkeypatch.setattr(headcount, "is_loopback", lambda host: False)


def patient() -> AbstractAsyncContextManager[Served]:
    """A server that hangs up on nobody for saying nothing."""
    return serving(handshake_deadline=60.0, connections_per_address=SHARE)


async def room(served: Served) -> None:
    """Wait until there is room to be answered again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                assert (await get(served.port, "/healthz"))[0] == 200
                return
            except (OSError, IndexError):
                await asyncio.sleep(0.01)


@pytest.mark.usefixtures("far_away")
async def test_one_address_cannot_stand_about_in_any_number() -> None:
    async with patient() as served:
        async with idlers(served.port, SHARE + 2) as ends:
            await until(lambda: ended(ends) == [False] * SHARE + [True] * 2)
        await room(served)


@pytest.mark.usefixtures("far_away")
async def test_who_has_become_a_client_stands_about_no_longer() -> None:
    async with patient() as served, AsyncExitStack() as stack:
        for _ in range(SHARE):
            await stack.enter_async_context(served.connect())
        async with idlers(served.port, SHARE + 1) as ends:
            await until(lambda: ended(ends) == [False] * SHARE + [True])


@pytest.mark.usefixtures("far_away")
async def test_a_page_that_was_sent_leaves_its_place_to_the_next() -> None:
    async with patient() as served:
        for _ in range(2 * SHARE):
            await room(served)


async def test_this_machine_may_stand_about_for_a_proxy_brings_everyone() -> None:
    async with patient() as served, idlers(served.port, SHARE + 2) as ends:
        assert (await get(served.port, "/healthz"))[0] == 200
        assert not any(ended(ends))


class Standing:
    """A guest who does nothing."""

    def look(self, now: float) -> None: ...

    def abort(self) -> None: ...


async def test_a_house_is_not_empty_while_one_takes_the_place_of_another() -> None:
    admissions, limits = door(), Limits()
    clients = Clients(Hub(), limits=limits, now=clock.now, identify=admissions.identify)
    house, one, other = House(clients, admissions, limits=limits, compress=False), Standing(), Standing()
    house.enter(one, "")
    empty = asyncio.create_task(house.wait_empty())
    await asyncio.sleep(0)
    house.leave(one)
    house.enter(other, "")
    for _ in range(5):
        await asyncio.sleep(0)
    assert not empty.done()
    house.leave(other)
    await empty
