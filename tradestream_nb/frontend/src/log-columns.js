/** The columns that signals and trades have in common. */

import { PillCell } from "./cells.js";
import * as format from "./format.js";

export const timeColumn = { key: "time", title: "Time", value: (row) => row.ts, format: format.time, width: 8.5 };

export const symbolColumn = { key: "symbol", title: "Symbol", value: (row) => row.symbol, format: String, width: 9 };

const TONES = { BUY: "up", SELL: "down" };

/** BUY or SELL with its arrow and colour. */
export function sideColumn(value) {
  return {
    key: "side",
    title: "Side",
    value,
    format: String,
    cell: PillCell,
    tone: (row) => TONES[value(row)] ?? "flat",
    width: 6.5,
  };
}
