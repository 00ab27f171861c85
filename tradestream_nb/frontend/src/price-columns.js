/** What a table of prices shows of {symbol, price, change, change_pct, volume, high, low, trail}. */

import * as format from "./format.js";
import { SparkCell } from "./sparkline.js";

const moved = (row) => Math.sign(row.change || 0);

export const priceColumns = [
  { key: "symbol", title: "Symbol", value: (row) => row.symbol, format: String, width: 9 },
  { key: "price", title: "Price", value: (row) => row.price, format: format.price, ...number(10), flash: true },
  {
    key: "change",
    title: "Change",
    value: (row) => row.change,
    format: (value, row) => format.change(value, row.price),
    direction: moved,
    ...number(9),
    room: 1,
  },
  {
    key: "change_pct",
    title: "%",
    value: (row) => row.change_pct,
    format: format.percent,
    direction: moved,
    arrow: true,
    ...number(11),
  },
  { key: "trail", title: "1 min", value: (row) => row.trail, cell: SparkCell, unsorted: true, width: 9 },
  { key: "low", title: "Low", value: (row) => row.low, format: format.price, ...number(10), room: 2 },
  { key: "high", title: "High", value: (row) => row.high, format: format.price, ...number(10), room: 2 },
  { key: "volume", title: "Volume", value: (row) => row.volume, format: format.volume, ...number(8), room: 1 },
];

/** A symbol matches when it contains what was typed, in whatever case. */
export function matchesSymbol(row, query) {
  return row.symbol.toUpperCase().includes(query.toUpperCase());
}

function number(width) {
  return { numeric: true, width };
}
