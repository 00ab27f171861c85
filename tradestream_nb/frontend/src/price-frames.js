/** Rows of prices, rebuilt from the kernel's frames: a list of symbols and one block of float64 rows. */

import { Trail } from "./trail.js";

const COLUMNS = ["price", "change", "change_pct", "volume", "high", "low"];

export class PriceFrames {
  #prices;

  /** `prices` is the map from symbol to row that is kept up to date. */
  constructor(prices) {
    this.#prices = prices;
  }

  /** Takes one frame in; false when a frame that named the symbols was missed, so that they must be asked for. */
  apply({ ts, symbols }, buffer) {
    if (symbols) this.#name(symbols);
    const values = floats(buffer);
    if (values.length !== COLUMNS.length * this.#prices.size) return false;
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
}

/** A copy, since a message's buffer need not begin at a multiple of eight bytes. */
function floats({ buffer, byteOffset, byteLength }) {
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
