/** What the strategies want, newest first. */

import { logged, matchesSymbol, number, words } from "../columns.js";
import * as format from "../format.js";
import { News } from "../news.js";
import { Panel } from "../panel.js";

export class SignalsPanel extends Panel {
  constructor(parent) {
    const news = new News();
    super(parent, "signals", "Signals", {
      columns: [
        ...logged("signal_type"),
        number("price", "Price", 9, format.price),
        number("confidence", "Conf.", 6.5, format.share),
        words("strategy", "Strategy", 14, { room: 1 }),
      ],
      key: (row) => row.key,
      sort: { key: "ts", descending: true },
      fresh: (row) => news.is(row),
      matches: matchesSymbol,
      empty: "waiting for the first signal",
    });
  }

  show({ signals }) {
    this.rows = signals;
  }
}
