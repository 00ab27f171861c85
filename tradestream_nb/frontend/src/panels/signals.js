/** What the strategies want, newest first. */

import { logged, number, words } from "../columns.js";
import * as format from "../format.js";
import { News } from "../news.js";
import { Panel } from "../panel.js";
import { Table } from "../table.js";

export class SignalsPanel {
  #panel = new Panel("signals");
  #news = new News();
  #table = new Table(this.#panel.root, {
    label: "Signals",
    columns: [
      ...logged("signal_type"),
      number("price", "Price", 9, format.price),
      number("confidence", "Conf.", 6.5, format.share),
      words("strategy", "Strategy", 14, { room: 1 }),
    ],
    key: (row) => row.key,
    sort: { key: "ts", descending: true },
    fresh: (row) => this.#news.is(row),
    empty: "waiting for the first signal",
  });

  show({ signals }) {
    this.#panel.count = signals.length;
    this.#table.set(signals);
  }
}
