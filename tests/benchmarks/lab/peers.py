"""What others show a table with."""

from __future__ import annotations

from html import escape

import ipywidgets
import pandas as pd
from ipydatagrid import DataGrid
from perspective.widget import PerspectiveWidget

from tests.benchmarks.lab.market import Columns, Market, run

HEIGHT = "420px"


async def html(symbols: int) -> object:
    """A table of HTML, written anew at every step."""
    widget, market = ipywidgets.HTML(layout=ipywidgets.Layout(height=HEIGHT, overflow="auto")), Market(symbols)
    run(lambda: setattr(widget, "value", markup(market.step())))
    return widget


async def grid(symbols: int) -> object:
    """A grid on a canvas, given a new data frame at every step."""
    market = Market(symbols)

    def frame() -> pd.DataFrame:
        return pd.DataFrame(market.step()).set_index("symbol")

    widget = DataGrid(frame(), base_column_size=90, layout={"height": HEIGHT})
    run(lambda: setattr(widget, "data", frame()))
    return widget


async def perspective(symbols: int) -> object:
    """A table engine in the browser, which mirrors one in the kernel."""
    market = Market(symbols)
    widget = PerspectiveWidget(
        market.step(), index="symbol", binding_mode="client-server", plugin="Datagrid", settings=False
    )
    widget.layout.height = HEIGHT
    run(lambda: widget.table.update(market.step()))
    return widget


def markup(columns: Columns) -> str:
    """A table of all rows, numbers with two decimals."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = "".join(
        f"<tr><td>{row[0]}</td>{''.join(f'<td>{value:,.2f}</td>' for value in row[1:])}</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
