"""Handlers that are renamed in their files while the streams run."""

from __future__ import annotations

import pytest

from tests.server.edited import PLUS_1, PLUS_100, Running, source
from tradestream_nb import Quote
from tradestream_nb.steps import GIVEN_UP_AFTER


def called(name: str, text: str) -> str:
    """The same with the function called so, for the same topic."""
    return text.replace("def counter(", f"def {name}(")


async def test_a_renamed_handler_goes_on_where_it_was(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    assert running.put() == 1
    await running.edit(called("tally", source(before=PLUS_1, after=PLUS_100)))
    assert list(running.pipeline.host.specs) == ["tally"] and running.put() == 101
    (line,) = caplog.messages
    assert line.startswith("tally swapped in for counter ") and line.endswith(": 1 of the last 1 events would differ")
    await running.edit(source())
    assert list(running.pipeline.host.specs) == ["counter"] and running.put() == 102


async def test_a_renamed_handler_and_an_edited_one_are_both_swapped_in_with_one_save(running: Running) -> None:
    await running.edit(source() + source("second"))
    assert (running.put(), running.put("second")) == (1, 2)
    await running.edit(called("tally", source()) + source("second", before=PLUS_1, after=PLUS_100))
    assert list(running.pipeline.host.specs) == ["tally", "second"]
    assert (running.put(), running.put("second")) == (3, 202)


async def test_a_renamed_handler_that_keeps_failing_gives_way_to_the_code_before_it_and_can_be_mended(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    assert running.put() == 1
    host, version = running.pipeline.host, running.pipeline.host.specs["counter"].version
    await running.edit(called("tally", source(before="n = ", after='n = {"A": 100}[quote.symbol] + ')))
    for _ in range(GIVEN_UP_AFTER):
        running.pipeline.put(Quote("B", ts=2))
    assert f"tally rolled back to {version} after 3 failures in a row: KeyError: 'B'" in caplog.messages
    assert {name: spec.version for name, spec in host.specs.items()} == {"tally": version} and running.put() == 2
    await running.edit(called("tally", source(before=PLUS_1, after=PLUS_100)))
    assert running.pipeline.retry() == (GIVEN_UP_AFTER, 0) and host.state("tally") == {"A": 2, "B": 300}


async def test_a_name_is_taken_back_with_the_code_that_has_come_back_before(running: Running) -> None:
    running.put()
    await running.edit(called("tally", source(before="n = ", after='n = {"A": 100}[quote.symbol] + ')))
    for _ in range(GIVEN_UP_AFTER):
        running.pipeline.put(Quote("B", ts=2))
    await running.edit(source())
    assert list(running.pipeline.host.specs) == ["counter"] and running.put() == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (source(before="n = ", after="n = 1 // 0 + "), "3: handler 'tally' fails where the running one does not"),
        (source(before="n = ", after="print(1); n = "), "3: handler 'tally' prints"),
        (source(before='"symbol", ', after='"ts", '), "3: handler 'tally' is keyed by 'ts', and the state that"),
    ],
)
async def test_a_renamed_handler_that_does_not_pass_leaves_the_old_one_its_name(
    running: Running, caplog: pytest.LogCaptureFixture, text: str, problem: str
) -> None:
    running.put()
    await running.edit(called("tally", text))
    told, gone = caplog.messages
    assert told.startswith(f"not swapped, the running code goes on: {running.file}:{problem}")
    assert gone == f"handler 'counter' is gone from {running.file}; it goes on until the next start"
    assert list(running.pipeline.host.specs) == ["counter"] and running.put() == 2


async def test_a_name_that_another_file_has_is_not_taken_from_it(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    second = await running.add("second")
    await running.edit(called("second", source()))
    assert f"{running.file}:3: handler 'second' has the same name as the one at {second}:3" in caplog.text
    assert list(running.pipeline.host.specs) == ["counter", "second"]
    assert (running.put(), running.put("second")) == (1, 2)


async def test_two_handlers_that_have_exchanged_their_names_stay_as_they_are(running: Running) -> None:
    await running.edit(source() + source("second"))
    await running.edit(called("second", source()) + source("second").replace("def second", "def counter"))
    topics = {name: spec.topic for name, spec in running.pipeline.host.specs.items()}
    assert topics == {"counter": "counter", "second": "second"}


async def test_handlers_that_have_exchanged_their_names_across_files_stay_for_one_plain_reason_each(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    second = await running.add("second")
    caplog.clear()
    running.file.write_text(called("second", source()))
    second.write_text(source("second").replace("def second", "def counter"))
    await running.intake.take_all([running.file, second])
    assert [line for line in caplog.messages if "not swapped" in line] == [
        f"not swapped, the running code goes on: {file}:3: handler {name!r} goes to topic {topic!r}, "
        f"and those who read {name!r} would hear nothing more"
        for file, name, topic in [(running.file, "second", "counter"), (second, "counter", "second")]
    ]
    assert (running.put(), running.put("second")) == (1, 2)


async def test_a_topic_is_not_taken_from_a_handler_that_is_still_there(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await running.edit(source().replace('"counter"', '"other"') + called("tally", source()))
    first, running.file = running.file, running.file.with_name("second.py")
    await running.edit(called("tally", source()))
    assert f"{running.file}:3: handler 'tally' has the same topic as the one at {first}:3; call it" in caplog.text
    assert list(running.pipeline.host.specs) == ["counter"] and running.put() == 1


async def test_with_another_topic_too_it_is_a_new_handler_and_the_old_one_goes_on(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await running.edit(source("second"))
    assert (running.put(), running.put("second")) == (1, 2)
    added, gone = caplog.messages
    assert added.startswith("second added as ")
    assert gone == f"handler 'counter' is gone from {running.file}; it goes on until the next start"


async def test_a_topic_that_a_function_without_the_mark_had_is_free(running: Running) -> None:
    assert running.put() == 1
    mark = '@handler(on=Quote, key="symbol", topic="counter")\n'
    helper = source(before=PLUS_1, after=PLUS_100).replace(mark, "")
    await running.edit(f"{helper}\n{mark}def tally(quote, state):\n    return counter(quote, state)\n")
    assert list(running.pipeline.host.specs) == ["tally"] and running.put() == 101


async def test_a_handler_renamed_with_its_file_goes_on(running: Running) -> None:
    assert running.put() == 1
    running.file = running.file.rename(running.file.with_name("tally.py"))
    await running.edit(called("tally", source(before=PLUS_1, after=PLUS_100)))
    assert list(running.pipeline.host.specs) == ["tally"] and running.put() == 101


async def test_a_handler_that_has_moved_unchanged_is_renamed_where_it_is_now(running: Running) -> None:
    await running.edit(source("second"))
    running.file = running.file.with_name("moved.py")
    await running.edit(source())
    assert running.put() == 1
    await running.edit(called("tally", source()))
    assert list(running.pipeline.host.specs) == ["tally", "second"] and running.put() == 2
