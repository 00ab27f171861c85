/** The widget of live prices: the dashboard's table, fed by the kernel. */

import { KernelLink } from "../src/kernel-link.js";
import { matchesSymbol, priceColumns } from "../src/price-columns.js";
import { PriceFrames } from "../src/price-frames.js";
import { searchBox } from "../src/search-box.js";
import { Table } from "../src/table.js";

function render({ model, el }) {
  el.classList.add("ts-root", "ts-widget");
  const frames = new PriceFrames();
  const table = new Table(el, {
    label: "Prices",
    columns: priceColumns,
    key: (row) => row.symbol,
    matches: matchesSymbol,
    empty: "waiting for the first price",
    painted: () => link.painted(),
  });
  el.prepend(searchBox(table, "Filter symbols"));
  const link = new KernelLink(model, el, (frame, [buffer]) => {
    const complete = frames.apply(frame, buffer);
    if (complete) table.set(frames.rows);
    return complete;
  });
  link.open();
  return () => {
    link.close();
    table.close();
  };
}

export default { render };
