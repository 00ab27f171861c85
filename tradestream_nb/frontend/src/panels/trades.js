/** Every execution, newest first. */

import * as format from "../format.js";
import { News } from "../news.js";
import { Panel } from "../panel.js";
import { sideColumn, symbolColumn, timeColumn } from "../log-columns.js";
import { Table } from "../table.js";

export class TradesPanel {
  #panel = new Panel("trades");
  #news = new News();
  #table = new Table(this.#panel.root, {
    label: "Trades",
    columns: [
      timeColumn,
      sideColumn((row) => row.side),
      symbolColumn,
      { key: "quantity", title: "Qty", value: (row) => row.quantity, format: format.quantity, numeric: true, width: 7 },
      { key: "price", title: "Price", value: (row) => row.price, format: format.price, numeric: true, width: 9 },
      { key: "commission", title: "Fee", value: (row) => row.commission, format: format.money, numeric: true, width: 7, room: 1 },
    ],
    key: (row) => row.key,
    sort: { key: "time", descending: true },
    fresh: (row) => this.#news.is(row),
    empty: "waiting for the first trade",
  });

  show({ trades }) {
    this.#panel.count = trades.length;
    this.#table.set(trades);
  }
}
