/** Every execution, newest first. */

import { logged, matchesSymbol, number } from "../columns.js";
import * as format from "../format.js";
import { News } from "../news.js";
import { Panel } from "../panel.js";

export class TradesPanel extends Panel {
  constructor(parent) {
    const news = new News();
    super(parent, "trades", "Trades", {
      columns: [
        ...logged("side"),
        number("quantity", "Qty", 7, format.quantity),
        number("price", "Price", 9, format.price),
        number("commission", "Fee", 7, format.money, { room: 1 }),
      ],
      key: (row) => row.key,
      sort: { key: "ts", descending: true },
      fresh: (row) => news.is(row),
      matches: matchesSymbol,
      empty: "waiting for the first trade",
    });
  }

  show({ trades }) {
    this.rows = trades;
  }
}
