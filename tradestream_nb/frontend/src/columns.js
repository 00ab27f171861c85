/** Columns of a table, each named after the field of a row that it shows; `more` overrides or adds. */

import { PillCell } from "./cells.js";
import { time } from "./format.js";

export function words(key, title, width, more) {
  return { key, title, width, value: (row) => row[key], format: (value) => value ?? "", ...more };
}

export function number(key, title, width, format, more) {
  return words(key, title, width, { format, numeric: true, ...more });
}

/** A gain or a loss of `row[of]`, in its colour. */
export function gain(key, title, width, format, of, more) {
  return number(key, title, width, format, { direction: (row) => row[of], ...more });
}

export function pill(key, title, width, tones, more) {
  return words(key, title, width, { cell: PillCell, tone: (row) => tones[row[key]] ?? "flat", ...more });
}

/** What a log of signals or trades begins with; `side` names the field with BUY or SELL. */
export function logged(side) {
  return [
    words("ts", "Time", 8.5, { format: time }),
    pill(side, "Side", 6.5, { BUY: "up", SELL: "down" }),
    words("symbol", "Symbol", 9),
  ];
}

/** A symbol matches when it contains what was typed, in whatever case. */
export function matchesSymbol(row, query) {
  return row.symbol.toUpperCase().includes(query.toUpperCase());
}
