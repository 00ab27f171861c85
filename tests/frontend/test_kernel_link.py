"""What a view and its kernel say to each other, and what is shown where there is no kernel any more."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.frontend.rendered import HELLO, after, cells, rendered, signal, tells

GONE = "The kernel is gone: run the cells again."

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_view_opens_with_hello_and_waits(page: Page) -> None:
    await rendered(page)
    assert await after(page, "") == [HELLO]
    assert await page.text_content(".ts-empty") == "waiting for the first price"


async def test_frames_are_shown_and_confirmed_once_a_second(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [231.5, 40], ['AAPL', 'KO'])")
    assert await cells(page, "prices", 2) == [["AAPL", "231.50"], ["KO", "40.00"]]
    await after(page, "sends(2, [232, 40])")
    assert await cells(page, "prices", 2) == [["AAPL", "232.00"], ["KO", "40.00"]]
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 2}]
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 2}]


async def test_a_frame_with_nothing_new_is_confirmed_too(page: Page) -> None:
    await rendered(page, "signals")
    await tells(page, 1, full=True)
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 1}]


async def test_frames_before_the_answer_to_hello_are_for_others(page: Page) -> None:
    await rendered(page)
    assert await after(page, "sends(5, [231.5, 40]); sends(6, [231.5, 40])") == [HELLO]
    assert await cells(page, "prices") == []
    await after(page, "sends(7, [231.5, 40], ['AAPL', 'KO'])")
    assert len(await cells(page, "prices")) == 2


async def test_a_frame_that_was_lost_makes_the_view_ask_for_everything_once(page: Page) -> None:
    await rendered(page, "signals")
    await tells(page, 1, signal(1), full=True)
    await tells(page, 3, signal(3))
    await tells(page, 4, signal(4))
    assert await after(page, "") == [HELLO, HELLO]
    assert len(await cells(page, "signals")) == 1
    await tells(page, 5, *(signal(seq) for seq in range(1, 5)), full=True)
    assert len(await cells(page, "signals")) == 4


async def test_a_view_that_hears_nothing_asks_again(page: Page) -> None:
    await rendered(page)
    assert await after(page, "", seconds=9) == [HELLO]
    assert await after(page, "", seconds=2) == [HELLO, HELLO]


async def test_a_view_whose_kernel_is_gone_says_so_until_there_is_one_again(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [40], ['KO']); void (model.send = () => { throw new Error('Cannot send'); })")
    assert await page.get_by_role("status").text_content() == ""
    await after(page, "model.comm_live_update()")
    assert await page.get_by_role("status").text_content() == GONE
    await after(page, "void (model.send = ({ vid, ...message }) => said.push(message))", seconds=10)
    assert await page.get_by_role("status").text_content() == ""


async def test_a_silence_is_found_to_be_the_kernels_end(page: Page) -> None:
    await rendered(page)
    await after(page, "void (model.send = () => { throw new Error('Cannot send'); })", seconds=11)
    assert await page.get_by_role("status").text_content() == GONE
    await page.evaluate("cleanup()")
    assert await page.get_by_role("status").count() == 0


@pytest.mark.parametrize(("still", "words"), [("stopped", "Stopped: nothing"), ("ended", "Ended: the source")])
async def test_a_view_to_which_nothing_new_comes_says_why_until_it_does(page: Page, still: str, words: str) -> None:
    await rendered(page, "price_updates", "portfolio")
    status = page.get_by_role("status")
    assert await status.text_content() == "" and await height(page) == 0
    await after(page, f"stands('{still}')")
    assert str(await status.text_content()).startswith(words) and await height(page) > 10
    await after(page, "stands('')")
    assert await status.text_content() == "" and await height(page) == 0


async def test_a_kernel_that_is_gone_counts_for_more_than_streams_that_have_stopped(page: Page) -> None:
    await rendered(page)
    await after(page, "stands('stopped'); void (model.send = () => { throw new Error('Cannot send'); })", seconds=11)
    assert await page.get_by_role("status").text_content() == GONE
    await after(page, "void (model.send = ({ vid, ...message }) => said.push(message))", seconds=10)
    assert str(await page.get_by_role("status").text_content()).startswith("Stopped")


async def height(page: Page) -> float:
    """How much room what a view says of itself takes."""
    taken: float = await page.evaluate(
        "document.querySelector('.ts-panel').getBoundingClientRect().top - "
        "document.querySelector('.ts-widget').getBoundingClientRect().top"
    )
    return taken


async def test_a_view_says_when_it_leaves_sight_and_comes_back(page: Page) -> None:
    await rendered(page)
    await page.evaluate("document.body.firstChild.style.display = 'none'")
    await page.wait_for_function("() => said.length === 2")
    await page.evaluate("document.body.firstChild.style.display = ''")
    await page.wait_for_function("() => said.length === 3")
    assert await after(page, "") == [HELLO, {"kind": "vis", "v": False}, {"kind": "vis", "v": True}]


async def test_cleaning_up_says_bye_and_leaves_nothing_behind(page: Page) -> None:
    await rendered(page, "price_updates", "portfolio")
    await after(page, "sends(1, [1], ['AAPL'])")
    assert (await after(page, "cleanup()", seconds=30))[-1] == {"kind": "bye"}
    assert await page.evaluate("[model['msg:custom'], model['change:still']]") == [None, None]
    assert await page.query_selector(".ts-panel") is None
