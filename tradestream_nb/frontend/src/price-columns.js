/** What a table of prices shows of {symbol, price, change, change_pct, volume, high, low, trail}. */

import { gain, number, words } from "./columns.js";
import * as format from "./format.js";
import { SparkCell } from "./sparkline.js";

const change = (value, row) => format.change(value, row.price);

export const priceColumns = [
  words("symbol", "Symbol", 9),
  number("price", "Price", 10, format.price, { flash: true }),
  gain("change", "Change", 9, change, "change", { room: 1 }),
  gain("change_pct", "%", 11, format.percent, "change", { arrow: true }),
  words("trail", "1 min", 9, { cell: SparkCell, unsorted: true }),
  number("low", "Low", 10, format.price, { room: 2 }),
  number("high", "High", 10, format.price, { room: 2 }),
  number("volume", "Volume", 8, format.volume, { room: 1 }),
];
