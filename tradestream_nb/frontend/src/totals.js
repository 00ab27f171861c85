/** An account's money in a row of figures. */

import { direction } from "./direction.js";
import { make } from "./element.js";
import * as format from "./format.js";

export class Totals {
  root = make("dl", "ts-totals");
  #places = new Map();

  constructor() {
    this.#add("Equity", this.#place("equity", "span"));
    this.#add("Unrealized P&L", this.#place("total_pnl", "span"), " ", this.#place("total_pnl_pct", "small"));
    this.#add("Realized P&L", this.#place("realized_pnl", "span"));
    this.#add("Cash", this.#place("cash", "span"));
    this.show({});
  }

  /** What is missing is shown as such. */
  show({ equity, cash, total_pnl, total_pnl_pct, realized_pnl }) {
    this.#write("equity", format.money(equity));
    this.#write("cash", format.money(cash));
    this.#write("total_pnl", format.profit(total_pnl), total_pnl);
    this.#write("total_pnl_pct", format.isMissing(total_pnl_pct) ? "" : format.percent(total_pnl_pct), total_pnl_pct);
    this.#write("realized_pnl", format.profit(realized_pnl), realized_pnl);
  }

  #add(title, ...figures) {
    const pair = document.createElement("div");
    const figure = make("dd", "");
    figure.append(...figures);
    pair.append(make("dt", "", title), figure);
    this.root.append(pair);
  }

  #place(name, tag) {
    const place = make(tag, "");
    place.dataset.total = name;
    this.#places.set(name, place);
    return place;
  }

  #write(name, text, move = 0) {
    const place = this.#places.get(name);
    if (place.textContent !== text) place.textContent = text;
    place.dataset.direction = direction(move);
  }
}
