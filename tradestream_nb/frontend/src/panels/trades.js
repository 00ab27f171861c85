/** Every execution, newest first. */

import { logged, number } from "../columns.js";
import * as format from "../format.js";
import { News } from "../news.js";
import { Panel } from "../panel.js";
import { Table } from "../table.js";

export class TradesPanel {
  #panel = new Panel("trades");
  #news = new News();
  #table = new Table(this.#panel.root, {
    label: "Trades",
    columns: [
      ...logged("side"),
      number("quantity", "Qty", 7, format.quantity),
      number("price", "Price", 9, format.price),
      number("commission", "Fee", 7, format.money, { room: 1 }),
    ],
    key: (row) => row.key,
    sort: { key: "ts", descending: true },
    fresh: (row) => this.#news.is(row),
    empty: "waiting for the first trade",
  });

  show({ trades }) {
    this.#panel.count = trades.length;
    this.#table.set(trades);
  }
}
