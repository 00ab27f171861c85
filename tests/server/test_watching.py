"""Files of handlers that are edited, broken, added and deleted while the streams run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.managed import eventually
from tests.server.edited import PLUS_1, PLUS_100, Running, source
from tradestream_nb.server.watching import watching


async def test_an_edit_is_swapped_in_with_the_state_and_told(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    assert running.put() == 1
    await running.edit(source(before=PLUS_1, after=PLUS_100))
    assert running.put() == 101
    (line,) = caplog.messages
    assert line.startswith("counter swapped ") and line.endswith(": 1 of the last 1 events would differ")


async def test_a_file_saved_without_a_change_is_not_worth_a_word(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await running.edit(source() + "\n# a remark\n")
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def broken(:\n", "1: invalid syntax"),
        ("\nimport no_such_module_anywhere\n", "2: ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        ("", "1: no function here is marked with @handler"),
        (source(before="state)", after="state, more)"), "3: handler 'counter' takes (event) or (event, state)"),
        (source(before="n = ", after="n = 1 // 0 + "), "3: handler 'counter' fails where the running one does not"),
        (source(before="n = ", after="import time; n = time.time_ns() + "), "3: handler 'counter' gives something"),
        (source(before="(on=", after="(on=").replace('"counter"', '"other"'), "3: handler 'counter' goes to topic"),
    ],
)
async def test_what_does_not_pass_is_told_with_its_place_and_the_running_code_goes_on(
    running: Running, caplog: pytest.LogCaptureFixture, text: str, problem: str
) -> None:
    running.put()
    await running.edit(text)
    (line,) = caplog.messages
    assert line.startswith(f"not swapped, the running code goes on: {running.file}:{problem}")
    assert running.put() == 2


@pytest.mark.parametrize("refused", ["def broken(:\n", source(before="n = ", after="n = 1 // 0 + "), "helper = 1\n"])
async def test_a_file_that_is_mended_to_what_runs_is_told_once(
    running: Running, caplog: pytest.LogCaptureFixture, refused: str
) -> None:
    running.put()
    await running.edit(refused)
    for _ in range(2):
        await running.edit(source())
    assert caplog.messages[1:] == [f"{running.file} is what runs again"]
    assert running.put() == 2


async def test_a_file_that_is_mended_to_something_new_is_told_by_the_swap(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await running.edit("def broken(:\n")
    await running.edit(source(before=PLUS_1, after=PLUS_100))
    await running.edit(source(before=PLUS_1, after=PLUS_100) + "\n# a remark\n")
    assert [line.partition(" ")[0] for line in caplog.messages] == ["not", "counter"]


async def test_a_new_file_adds_a_handler_and_its_topic(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    running.file = running.file.with_name("second.py")
    await running.edit(source("second"))
    assert running.put("second") == 1 and running.put() == 2
    assert caplog.messages[0].startswith("second added as ")


@pytest.mark.parametrize("after", [PLUS_1, PLUS_100])
async def test_a_copied_file_takes_no_handler_from_a_file_that_is_still_there(
    running: Running, caplog: pytest.LogCaptureFixture, after: str
) -> None:
    copy = running.file.with_name("copy.py")
    copy.write_text(source(before=PLUS_1, after=after))
    await running.intake.take(copy)
    assert f"{copy}:3: handler 'counter' has the same name as the one at {running.file}:3" in caplog.text
    assert running.put() == 1


@pytest.mark.parametrize("left", [source("second"), "helper = 1\n"])
async def test_a_handler_that_has_moved_to_another_file_goes_on_from_there(running: Running, left: str) -> None:
    assert running.put() == 1
    await running.edit(left)
    running.file = running.file.with_name("moved.py")
    await running.edit(source(before=PLUS_1, after=PLUS_100))
    assert running.put() == 101


async def test_a_file_that_is_broken_for_now_keeps_its_handler_from_a_copy(running: Running) -> None:
    await running.edit(source() + "def half(")
    running.file = running.file.with_name("copy.py")
    await running.edit(source(before=PLUS_1, after=PLUS_100))
    assert running.put() == 1


async def test_a_renamed_file_goes_on_with_its_handler(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    assert running.put() == 1
    renamed = running.file.rename(running.file.with_name("renamed.py"))
    await running.intake.take(renamed)
    assert caplog.messages == [f"counter is now at {renamed}:3"]
    renamed.write_text(source(before=PLUS_1, after=PLUS_100))
    await running.intake.take(renamed)
    assert running.put() == 101


async def test_a_deleted_file_keeps_its_handler(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    running.put()
    running.file.unlink()
    await running.intake.take(running.file)
    assert running.put() == 2
    assert caplog.messages == [f"{running.file} is gone; its handlers go on until the next start"]


@pytest.mark.parametrize("name", ["after.py", "zebra.py"])
async def test_a_file_that_only_has_another_name_is_not_told_to_be_gone(
    running: Running, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    renamed = running.file.rename(running.file.with_name(name))
    await running.intake.take_all([running.file, renamed])
    assert "is gone" not in caplog.text
    renamed.unlink()
    await running.intake.take_all([renamed])
    assert caplog.messages[-1] == f"{renamed} is gone; its handlers go on until the next start"


async def test_files_are_watched_for_the_length_of_the_block(running: Running) -> None:
    def version() -> str:
        return running.pipeline.host.specs["counter"].version

    saved, before = 0, version()

    def edited() -> bool:
        # Again and again, because nobody can tell when the watching has begun.
        nonlocal saved
        saved += 1
        running.file.write_text(source(before=PLUS_1, after=PLUS_100) + f"# {saved}\n")
        running.file.with_name("_part.py").write_text("raise RuntimeError")
        running.file.with_name("notes.txt").write_text("not Python")
        return version() != before

    async with watching(running.file.parent, running.pipeline):
        await eventually(edited)
    assert running.put() == 100


async def test_a_folder_that_cannot_be_watched_is_told_and_stops_nothing(
    running: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watching(tmp_path / "gone", running.pipeline):
        await eventually(lambda: "is watched no longer" in caplog.text)
    assert running.put() == 1
