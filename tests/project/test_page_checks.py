"""What pages hear is checked: that notices what is not as published, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from websockets.asyncio.server import ServerConnection, serve

from tests.browser import open_browser
from tests.page_checks import Overheard, overhearing
from tests.server.served import until
from tests.server.talk import STAMP, Talk
from tradestream_nb.server.wire.v1 import V1MsgpackProtocol, V1Protocol

PONG = f'{{"type":"pong","timestamp":"{STAMP}"}}'
WELCOME = Talk(V1Protocol).greeting[0].decode()
BINARY = Talk(V1MsgpackProtocol).greeting[0]

LISTEN = "url => { new WebSocket(url); }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


async def visit(browser: Browser, overheard: Overheard, *frames: str | bytes, path: str = "/ws") -> None:
    """Open a page that hears these frames from a server, and one good one on a connection of its own."""

    async def say(connection: ServerConnection) -> None:
        asked = connection.request
        for frame in frames if asked is not None and asked.path == path else [PONG]:
            await connection.send(frame)
        await connection.wait_closed()

    expected = (len(frames) if path.endswith("/ws") else 0) + 1
    async with serve(say, "127.0.0.1", 0) as server:
        at = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        page = await browser.new_page()
        for url in (f"{at}{path}", f"{at}/"):
            await page.evaluate(LISTEN, url)
        await until(lambda: overheard.heard.total() == expected)
        await page.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("frames", "heard"),
    [([PONG, PONG], {"legacy": 3}), ([WELCOME], {"v1": 1, "legacy": 1}), ([BINARY], {"v1": 1, "legacy": 1})],
    ids=["legacy", "v1", "v1 in binary"],
)
async def test_frames_as_published_pass(browser: Browser, frames: list[str | bytes], heard: dict[str, int]) -> None:
    with overhearing() as overheard:
        await visit(browser, overheard, *frames)
    assert overheard.heard == heard


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "frames",
    [
        [PONG.replace("pong", "dance")],
        [PONG.replace('"}', '","more":1}')],
        [PONG, "no JSON"],
        ["[]"],
        [WELCOME.replace('"v":1', '"v":"one"')],
        [WELCOME, PONG],
        [BINARY, b"\xc1"],
    ],
    ids=["no such type", "a field too many", "no json", "no object", "another kind", "of another mode", "no msgpack"],
)
async def test_a_frame_that_is_not_as_published_fails_the_test(browser: Browser, frames: list[str | bytes]) -> None:
    with pytest.raises(AssertionError, match="^not as published: "), overhearing() as overheard:
        await visit(browser, overheard, *frames)
    assert len(overheard.wrongs) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_said_elsewhere_is_no_concern(browser: Browser) -> None:
    with overhearing() as overheard:
        await visit(browser, overheard, "hello from a kernel", path="/api/kernels/7/channels")
    assert overheard.heard == {"legacy": 1}
