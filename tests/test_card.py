"""A handler as the last line of a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from tradestream_nb import Quote, Timer, handler
from tradestream_nb.card import card
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.loading import load_handlers, standard_folder

Shown = Callable[[Any], dict[str, str]]
price_updates = load_handlers(standard_folder())["price_updates"]


@pytest.fixture
def shown() -> Iterator[Shown]:
    """What a cell shows whose last line is the value."""
    shell: Any = InteractiveShell.instance()

    def shown(value: Any) -> dict[str, str]:
        shell.user_ns["value"] = value
        with capture_output() as captured:
            shell.run_cell("value")
        (output,) = captured.outputs
        return dict(output.data)

    yield shown
    InteractiveShell.clear_instance()


def test_ipython_shows_the_contract_as_text_and_as_html(shown: Shown) -> None:
    bundle = shown(price_updates)
    assert bundle["text/plain"] == "price_updates: Quote by symbol -> price_updates"
    spec = spec_of(price_updates)
    for part in ("<b>price_updates</b>", "when it moved by at least", "<td>min_move</td><td>0.0</td>", spec.version):
        assert part in bundle["text/html"]
    assert f"{spec.file}:{spec.line}" in bundle["text/html"]


def test_a_timer_and_several_events_are_part_of_the_line(shown: Shown) -> None:
    @handler(on=Quote | Timer, topic="mine", every=3.0)
    def mine(event: Quote | Timer) -> list[Any]:
        return []

    assert shown(mine)["text/plain"] == "mine: Quote | Timer, every 3 s -> mine"


def defined_in_a_notebook() -> Handler:
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec("from tradestream_nb import Quote, handler\n@handler(on=Quote, topic='t')\ndef mine(quote): return []", scope)
    mine: Handler = scope["mine"]
    return mine


def test_a_handler_of_a_cell_stands_in_a_cell_and_not_in_a_file(shown: Shown) -> None:
    assert "cell, line 2" in shown(defined_in_a_notebook())["text/html"]


def test_what_people_wrote_is_not_taken_for_html() -> None:
    html = card("a: Quote -> <b>", "less < more", {"sign": "<"}, "<i>")["text/html"]
    assert html.count("<b>") == 1 and "<i>" not in html
    assert "less &lt; more" in html and "&#x27;&lt;&#x27;" in html
