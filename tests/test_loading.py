"""Folders of handlers: what is found in them and what is said of the rest."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tradestream_nb import Quote
from tradestream_nb.contract import spec_of
from tradestream_nb.errors import HandlerDefinitionError, UserError
from tradestream_nb.loading import (
    check_folder,
    find_folder,
    load_file,
    load_folder,
    load_handlers,
    standard_folder,
)


def source(name: str = "prices", topic: str = "prices", body: str = "return []") -> str:
    return f"""
from tradestream_nb import Quote, handler

@handler(on=Quote, topic="{topic}")
def {name}(quote):
    {body}
"""


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def problem(file: Path) -> str:
    """The one line said of a file, without the file."""
    with pytest.raises(HandlerDefinitionError) as caught:
        load_file(file)
    text = str(caught.value)
    assert text.startswith(f"{file}:") and "\n" not in text
    return text.removeprefix(f"{file}:")


def test_a_folder_gives_its_handlers_in_file_order(tmp_path: Path) -> None:
    write(tmp_path, "b.py", source("second", "two"))
    write(tmp_path, "a.py", source("first", "one"))
    write(tmp_path, "_shared.py", "raise RuntimeError('not a handler file')")
    write(tmp_path, "notes.txt", "not Python")
    assert [spec_of(function).name for function in load_folder(tmp_path)] == ["first", "second"]
    assert list(load_handlers(tmp_path)) == ["first", "second"]


def test_a_loaded_handler_is_the_plain_function(tmp_path: Path) -> None:
    [function] = load_file(write(tmp_path, "a.py", source(body="return [quote.symbol]")))
    assert function(Quote("AAPL")) == ["AAPL"]


def test_a_syntax_error_is_reported_at_its_line(tmp_path: Path) -> None:
    assert problem(write(tmp_path, "a.py", "x = 1\n\ndef broken(:\n")) == "3: invalid syntax"


def test_an_import_that_fails_is_reported_at_the_line_that_imports(tmp_path: Path) -> None:
    file = write(tmp_path, "a.py", "import sys\n\nimport no_such_module_anywhere\n")
    assert problem(file) == "3: ModuleNotFoundError: No module named 'no_such_module_anywhere'"


def test_a_syntax_error_in_an_imported_module_is_reported_at_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    write(tmp_path / "lib", "broken_module_of_mine.py", "x = 1\n\n\n\n\ndef broken(:\n")
    monkeypatch.syspath_prepend(tmp_path / "lib")
    found = problem(write(tmp_path, "a.py", "\nimport broken_module_of_mine\n"))
    assert found == "2: SyntaxError: invalid syntax (broken_module_of_mine.py, line 6)"


def test_an_exception_is_reported_at_the_last_line_of_the_file_it_passed(tmp_path: Path) -> None:
    text = "import json\n\ndef read():\n    return json.loads('{')\n\nread()\n"
    assert problem(write(tmp_path, "a.py", text)).startswith("4: JSONDecodeError: Expecting property name")


def test_an_exception_with_many_lines_is_told_in_one(tmp_path: Path) -> None:
    assert problem(write(tmp_path, "a.py", "raise ValueError('one\\n  two')")) == "1: ValueError: one two"


def test_a_file_that_exits_does_not_take_the_process_with_it(tmp_path: Path) -> None:
    assert problem(write(tmp_path, "a.py", "import sys\nsys.exit('bye')")) == "2: SystemExit: bye"


def test_a_definition_error_keeps_its_own_place(tmp_path: Path) -> None:
    text = source().replace("(quote)", "(quote, state, more)")
    assert problem(write(tmp_path, "a.py", text)).startswith("4: handler 'prices' takes (event) or (event, state)")


def test_a_file_without_a_handler_is_a_problem(tmp_path: Path) -> None:
    assert problem(write(tmp_path, "a.py", "x = 1\n")) == "1: no function here is marked with @handler"


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert problem(tmp_path / "a.py").startswith("1: FileNotFoundError: ")


def test_a_handler_imported_from_elsewhere_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib").mkdir()
    write(tmp_path / "lib", "elsewhere_of_mine.py", source("other", "elsewhere"))
    monkeypatch.syspath_prepend(tmp_path / "lib")
    file = write(tmp_path, "a.py", f"from elsewhere_of_mine import other\n{source()}")
    assert [spec_of(function).name for function in load_file(file)] == ["prices"]
    assert problem(write(tmp_path, "b.py", "from elsewhere_of_mine import other")).startswith("1: no function here")


def test_a_second_name_for_a_handler_is_not_a_second_handler(tmp_path: Path) -> None:
    write(tmp_path, "a.py", f"{source()}\nagain = prices\n")
    assert len(load_folder(tmp_path)) == 1


@pytest.mark.parametrize("field", ["name", "topic"])
def test_two_handlers_of_one_name_or_topic_are_a_problem(tmp_path: Path, field: str) -> None:
    first = write(tmp_path, "a.py", source("same" if field == "name" else "one", "same" if field == "topic" else "one"))
    write(tmp_path, "b.py", source("same" if field == "name" else "two", "same" if field == "topic" else "two"))
    with pytest.raises(HandlerDefinitionError, match=f"has the same {field} as the one at ") as caught:
        load_folder(tmp_path)
    assert caught.value.file == str(tmp_path / "b.py")
    assert str(caught.value).endswith(f"{first}:4")


@pytest.mark.parametrize("field", ["name", "topic"])
def test_two_handlers_of_one_file_do_not_share_a_name_or_a_topic_either(tmp_path: Path, field: str) -> None:
    texts = (source("same" if field == "name" else name, "same" if field == "topic" else name) for name in ("a", "b"))
    file = write(tmp_path, "a.py", "".join(texts))
    name = "same" if field == "name" else "b"
    assert problem(file) == f"10: handler {name!r} has the same {field} as the one at {file}:4"
    assert [str(found).partition(":")[2] for found in check_folder(tmp_path)[1]] == [problem(file)]


def test_a_missing_folder_is_the_users_to_put_right(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere is not a folder; name one of handler files, or none for the usual "):
        load_folder(tmp_path / "nowhere")


def test_an_empty_folder_is_the_users_to_put_right(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no handler files \(\*\.py\); name one of handler files, or none for"):
        check_folder(tmp_path)


def test_a_folder_that_cannot_be_read_is_neither_empty_nor_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "handlers").symlink_to(tmp_path / "handlers")
    monkeypatch.chdir(tmp_path)
    for load in (find_folder, load_handlers, lambda: load_handlers("handlers"), lambda: load_handlers("handlers/mine")):
        with pytest.raises(UserError, match="^handlers.* cannot be read: Too many levels of symbolic links$"):
            load()


@pytest.mark.parametrize("folder", ["", b"handlers", 5, []])
def test_what_names_no_folder_is_refused(folder: Any) -> None:
    with pytest.raises(UserError, match="^handlers=.* names no folder; name one of handler files, or none for the "):
        load_handlers(folder)


def test_checking_reports_all_problems_and_gives_the_sound_handlers(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "def broken(:")
    write(tmp_path, "b.py", source("good", "good"))
    write(tmp_path, "c.py", "import no_such_module_anywhere")
    write(tmp_path, "d.py", source("late", "good"))
    handlers, problems = check_folder(tmp_path)
    assert [spec_of(function).name for function in handlers] == ["good", "late"]
    assert [Path(found.file).name for found in problems] == ["a.py", "c.py", "d.py"]


def module() -> ModuleType:
    return sys.modules["tradestream_handlers.replaced_file"]


@pytest.mark.parametrize("text", ["def broken(:", "raise RuntimeError", "x = 1\n"])
def test_a_failed_load_leaves_the_earlier_module_as_it_was(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, "replaced_file.py", source(body="return [helper()]") + "\ndef helper():\n    return 1\n")
    [function] = load_file(file)
    before = module()
    with pytest.raises(HandlerDefinitionError):
        load_file(write(tmp_path, "replaced_file.py", f"def helper():\n    return 2\n{text}"))
    assert module() is before
    assert function(Quote("AAPL")) == [1]


def test_loading_again_makes_a_new_module_and_a_new_version(tmp_path: Path) -> None:
    [before] = load_file(write(tmp_path, "replaced_file.py", source(body="return [1]")))
    [after] = load_file(write(tmp_path, "replaced_file.py", source(body="return [2, 3]")))
    assert (before(Quote("A")), after(Quote("A"))) == ([1], [2, 3])
    assert spec_of(before).version != spec_of(after).version


@pytest.mark.parametrize(("before", "after"), [("value + LIMIT", "value - LIMIT"), ("LIMIT = 1", "LIMIT = 2")])
def test_what_stands_below_a_handler_belongs_to_its_version(tmp_path: Path, before: str, after: str) -> None:
    text = source(body="return [below(1)]") + "\nLIMIT = 1\n\ndef below(value):\n    return value + LIMIT\n"
    [one] = load_file(write(tmp_path, "a.py", text))
    [same] = load_file(write(tmp_path, "a.py", f"{text}\n# a remark\n"))
    [other] = load_file(write(tmp_path, "a.py", text.replace(before, after)))
    assert spec_of(one).version == spec_of(same).version != spec_of(other).version


def test_a_file_is_compiled_as_it_stands(tmp_path: Path) -> None:
    [function] = load_file(write(tmp_path, "a.py", source().replace("(quote)", "(quote: Quote)")))
    assert function.__annotations__ == {"quote": Quote}


def test_the_nearest_handlers_folder_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert find_folder() == standard_folder()
    (tmp_path / "handlers").mkdir()
    write(tmp_path / "handlers", "__init__.py", "")
    assert find_folder() == standard_folder()
    write(tmp_path / "handlers", "a.py", source())
    assert find_folder().resolve() == tmp_path / "handlers"


def test_the_handlers_that_come_with_the_package_load() -> None:
    assert set(load_handlers(standard_folder())) >= {"price_updates", "signals", "portfolio", "trades"}
