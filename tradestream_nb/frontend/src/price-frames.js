/** Rows of prices, rebuilt from the kernel's frames: a list of symbols and one block of float64 columns. */

import { Trail } from "./trail.js";

const COLUMNS = ["price", "change", "change_pct", "volume", "high", "low"];

export class PriceFrames {
  rows = [];

  /** Takes one frame in; false when a frame that named the symbols was missed, so that they must be asked for. */
  apply({ ts, symbols }, buffer) {
    if (symbols) this.#name(symbols);
    const values = floats(buffer);
    if (values.length !== COLUMNS.length * this.rows.length) return false;
    this.rows.forEach((row, index) => {
      COLUMNS.forEach((column, place) => (row[column] = values[place * this.rows.length + index]));
      row.trail.push(ts, row.price);
    });
    return true;
  }

  #name(symbols) {
    const known = new Map(this.rows.map((row) => [row.symbol, row]));
    this.rows = symbols.map((symbol) => known.get(symbol) ?? { symbol, trail: new Trail() });
  }
}

/** A copy, since a message's buffer need not begin at a multiple of eight bytes. */
function floats({ buffer, byteOffset, byteLength }) {
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
