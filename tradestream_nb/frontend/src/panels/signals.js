/** What the strategies want, newest first. */

import * as format from "../format.js";
import { News } from "../news.js";
import { Panel } from "../panel.js";
import { sideColumn, symbolColumn, timeColumn } from "../log-columns.js";
import { Table } from "../table.js";

export class SignalsPanel {
  #panel = new Panel("signals");
  #news = new News();
  #table = new Table(this.#panel.root, {
    label: "Signals",
    columns: [
      timeColumn,
      sideColumn((row) => row.signal_type),
      symbolColumn,
      { key: "price", title: "Price", value: (row) => row.price, format: format.price, numeric: true, width: 9 },
      { key: "confidence", title: "Conf.", value: (row) => row.confidence, format: format.share, numeric: true, width: 6.5 },
      { key: "strategy", title: "Strategy", value: (row) => row.strategy || format.MISSING, format: String, width: 14, room: 1 },
    ],
    key: (row) => row.key,
    sort: { key: "time", descending: true },
    fresh: (row) => this.#news.is(row),
    empty: "waiting for the first signal",
  });

  show({ signals }) {
    this.#panel.count = signals.length;
    this.#table.set(signals);
  }
}
