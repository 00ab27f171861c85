/**
 * Rows of prices, rebuilt from the kernel's frames: a list of symbols and one block of float64 rows, after which come
 * the prices of the seconds of a `trail` that a view has not seen.
 */

import { floats } from "./floats.js";
import { Trail } from "./trail.js";

const COLUMNS = ["price", "change", "change_pct", "volume", "high", "low"];

export class PriceFrames {
  #prices;

  /** `prices` is the map from symbol to row that is kept up to date. */
  constructor(prices) {
    this.#prices = prices;
  }

  /** Takes one frame in; false when a frame that named the symbols was missed, so that they must be asked for. */
  apply({ ts, symbols, trail }, buffer) {
    if (symbols) this.#name(symbols);
    const values = floats(buffer);
    const rows = COLUMNS.length * this.#prices.size;
    if (values.length !== rows + (trail?.length ?? 0) * this.#prices.size) return false;
    if (trail) this.#recall(trail, values.subarray(rows));
    let place = 0;
    for (const row of this.#prices.values()) {
      for (const column of COLUMNS) row[column] = values[place++];
      row.trail.push(ts, row.price);
    }
    return true;
  }

  #name(symbols) {
    const rows = symbols.map((symbol) => this.#prices.get(symbol) ?? { symbol, trail: new Trail() });
    this.#prices.clear();
    for (const row of rows) this.#prices.set(row.symbol, row);
  }

  /** Draws every line as all other views do; a price that there was not yet is NaN. */
  #recall(seconds, values) {
    let place = 0;
    for (const row of this.#prices.values()) row.trail = new Trail();
    for (const second of seconds) {
      for (const { trail } of this.#prices.values()) {
        const price = values[place++];
        if (!Number.isNaN(price)) trail.push(second * 1e6, price);
      }
    }
  }
}
