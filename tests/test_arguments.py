"""What a session takes, and how it refuses the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hosted import count, picky
from tests.managed import Scripted
from tradestream_nb import Quote, handler
from tradestream_nb.arguments import as_evaluator, as_handlers, as_name, as_parameters, as_port, as_source, as_switch
from tradestream_nb.errors import HandlerDefinitionError, UserError
from tradestream_nb.loading import standard_folder
from tradestream_nb.strategies.evaluator import StrategyEvaluator


def test_a_source_is_opened_by_its_name_or_taken_as_it_is() -> None:
    script = Scripted()
    assert as_source("sim", {"seed": 7}).name == "sim" and as_source(script, {}) is script


@pytest.mark.parametrize(
    ("source", "options", "problem"),
    [
        (123, {}, r"^source=123 is no source; write 'sim', 'replay:FILE', or give a Source of your own$"),
        (None, {"seed": 7}, "^source=None is no source"),
        (Scripted, {}, "Scripted'> is no source"),
        (Scripted(), {"seed": 7}, "^seed: options go with a source's name; 'script' is open already$"),
    ],
)
def test_what_is_no_source_is_refused(source: Any, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        as_source(source, options)


@pytest.mark.parametrize("given", [[count], (count,), {"count": count}, count])
def test_handlers_come_alone_or_together(given: Any) -> None:
    assert list(as_handlers(given)) == [count]
    assert list(as_handlers(iter([count, picky]))) == [count, picky]


def test_handlers_come_from_a_folder_too() -> None:
    assert [function.__name__ for function in as_handlers(standard_folder())][0] == "portfolio"


def test_what_are_no_handlers_is_refused() -> None:
    with pytest.raises(UserError, match="^handlers=5 does not fit; give functions marked with @handler, or a folder"):
        as_handlers(5)  # type: ignore[arg-type]


def test_an_empty_text_is_no_folder_and_not_the_usual_one() -> None:
    with pytest.raises(UserError, match="^handlers='' names no folder"):
        as_handlers("")
    assert as_handlers(None)


@pytest.mark.parametrize(("name", "topic", "field"), [("count", "other", "name"), ("other", "counts", "topic")])
def test_handlers_that_are_given_do_not_share_a_name_or_a_topic(name: str, topic: str, field: str) -> None:
    def other(quote: Quote) -> list[Any]:
        return []

    other.__name__ = name
    clashing = handler(on=Quote, topic=topic)(other)
    with pytest.raises(HandlerDefinitionError, match=f"handler '{name}' has the same {field} as the one at "):
        as_handlers([count, clashing])
    assert as_handlers([count, count])


@pytest.mark.parametrize("given", [None, 5, ["AAPL"], b"AAPL", print])
def test_what_is_no_name_is_refused(given: Any) -> None:
    with pytest.raises(UserError, match="^symbol=.* does not fit; it is a name in quotes"):
        as_name("symbol", given)
    assert as_name("symbol", "AAPL") == "AAPL"


@pytest.mark.parametrize("given", ["", "8765", None, 1.5, True, -1, 65_536])
def test_what_is_no_port_is_refused(given: Any) -> None:
    with pytest.raises(UserError, match="^port=.* does not fit; it is a whole number from 0 to 65535"):
        as_port(given)
    assert [as_port(port) for port in (0, 8765, 65_535)] == [0, 8765, 65_535]


def test_an_evaluator_is_taken_as_it_is() -> None:
    evaluator = StrategyEvaluator()
    assert as_evaluator(evaluator) is evaluator and as_evaluator(None) is None


@pytest.mark.parametrize("given", [5, "fast", StrategyEvaluator])
def test_what_is_no_evaluator_is_refused(given: Any) -> None:
    with pytest.raises(UserError, match="^evaluator=.* does not fit; give a StrategyEvaluator"):
        as_evaluator(given)


def test_parameters_are_values_by_name_for_each_handler() -> None:
    assert (
        as_parameters({"signals": {"min_confidence": 0.6}}) == {"signals": {"min_confidence": 0.6}}
        and as_parameters(None) == {}
    )


@pytest.mark.parametrize("given", [5, [], "signals", ["signals"], {"signals": 0.6}, {"signals": ["min_confidence"]}])
def test_parameters_of_another_shape_are_refused(given: Any) -> None:
    with pytest.raises(UserError, match="^parameters=.* does not fit; write parameters={'signals': "):
        as_parameters(given)


@pytest.mark.parametrize("given", [True, False])
def test_the_paper_account_trades_or_does_not(given: bool) -> None:
    assert as_switch(given) is given


@pytest.mark.parametrize("given", ["yes", 1, 0, None])
def test_what_is_neither_true_nor_false_is_refused(given: Any) -> None:
    with pytest.raises(UserError, match=r"^auto_trade=.* does not fit; write auto_trade=True, or leave it out$"):
        as_switch(given)
