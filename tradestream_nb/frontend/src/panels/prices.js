/** Every symbol's price as it ticks. */

import { Panel } from "../panel.js";
import { matchesSymbol, priceColumns } from "../price-columns.js";
import { searchBox } from "../search-box.js";
import { Table } from "../table.js";

export class PricesPanel {
  #panel = new Panel("prices");
  #table = new Table(this.#panel.root, {
    label: "Prices",
    columns: priceColumns,
    key: (row) => row.symbol,
    matches: matchesSymbol,
    empty: "waiting for the first price",
  });

  constructor() {
    this.#panel.tools.append(searchBox(this.#table, "Filter symbols"));
  }

  show({ prices }) {
    this.#panel.count = prices.size;
    this.#table.set([...prices.values()]);
  }
}
