/** Every symbol's price as it ticks. */

import { matchesSymbol } from "../columns.js";
import { Panel } from "../panel.js";
import { priceColumns } from "../price-columns.js";

export class PricesPanel extends Panel {
  constructor(parent, options) {
    super(parent, "prices", "Prices", {
      columns: priceColumns,
      key: (row) => row.symbol,
      matches: matchesSymbol,
      empty: "waiting for the first price",
      ...options,
    });
  }

  show({ prices }) {
    this.rows = [...prices.values()];
  }
}
