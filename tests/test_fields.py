"""Events and messages as the last line of a cell."""

from __future__ import annotations

from tests.facts import START
from tradestream_nb import HealthUpdate, PriceUpdate, Quote, Timer


def test_a_fact_is_a_table_of_the_fields_that_have_a_value() -> None:
    assert Quote("AAPL", last=190.5, ts=START)._repr_html_() == (
        "<table><caption>Quote</caption><tr><th>symbol</th><td>AAPL</td></tr><tr><th>last</th><td>190.5</td></tr>"
        "<tr><th>ts</th><td>2026-01-05T14:30:00.000000Z</td></tr><tr><th>feed</th><td>live</td></tr></table>"
    )


def test_a_message_is_shown_like_an_event() -> None:
    html = PriceUpdate("AAPL", 190.5)._repr_html_()
    assert "<caption>PriceUpdate</caption>" in html and "<th>change</th><td>0.0</td>" in html


def test_a_time_that_is_not_set_is_no_time() -> None:
    assert "<th>ts</th><td>0</td>" in Timer("x")._repr_html_()


def test_text_is_text_and_no_markup() -> None:
    assert "<td>&lt;b&gt;</td>" in HealthUpdate("<b>", "ok")._repr_html_()
