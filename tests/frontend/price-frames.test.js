import assert from "node:assert/strict";
import { test } from "node:test";

import { PriceFrames } from "../../tradestream_nb/frontend/src/price-frames.js";

/** The rows as the kernel sends them, in a buffer that begins at an odd place. */
function block(...rows) {
  const bytes = new Uint8Array(Float64Array.from(rows.flat()).buffer);
  const padded = new Uint8Array(bytes.length + 3);
  padded.set(bytes, 3);
  return new DataView(padded.buffer, 3);
}

function made() {
  const prices = new Map();
  return { prices, frames: new PriceFrames(prices) };
}

const one = block([1, 0, 0, 0, 0, 0]);
const two = block([1, 3, 5, 7, 9, 11], [2, 4, 6, 8, 10, NaN]);
const nines = block([9, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0]);

test("the numbers of each row are named", () => {
  const { prices, frames } = made();
  assert.ok(frames.apply({ ts: 1, symbols: ["A", "B"] }, two));
  const { trail, ...row } = prices.get("B");
  assert.deepEqual(row, { symbol: "B", price: 2, change: 4, change_pct: 6, volume: 8, high: 10, low: NaN });
});

test("a frame without names goes to the symbols named before", () => {
  const { prices, frames } = made();
  frames.apply({ ts: 1, symbols: ["A", "B"] }, two);
  assert.ok(frames.apply({ ts: 2_000_000 }, nines));
  assert.deepEqual([...prices.values()].map(({ symbol, price }) => [symbol, price]), [["A", 9], ["B", 9]]);
  assert.equal(prices.get("A").trail.direction, 1);
});

test("a symbol keeps its last minute when others join", () => {
  const { prices, frames } = made();
  frames.apply({ ts: 1, symbols: ["B"] }, one);
  const { trail } = prices.get("B");
  frames.apply({ ts: 2, symbols: ["A", "B"] }, two);
  assert.deepEqual([...prices.keys()], ["A", "B"]);
  assert.equal(prices.get("B").trail, trail);
});

test("a symbol that is no longer named is gone", () => {
  const { prices, frames } = made();
  frames.apply({ ts: 1, symbols: ["A", "B"] }, two);
  frames.apply({ ts: 2, symbols: ["B"] }, one);
  assert.deepEqual([...prices.keys()], ["B"]);
});

test("a frame for symbols that were never named asks for them", () => {
  assert.equal(made().frames.apply({ ts: 1 }, two), false);
});

test("a view that opens later draws the lines of one that has seen all", () => {
  const [early, late] = [made(), made()];
  early.frames.apply({ ts: 1_500_000, symbols: ["B"], trail: [] }, one);
  early.frames.apply({ ts: 2_500_000, symbols: ["A", "B"] }, two);
  early.frames.apply({ ts: 3_500_000 }, nines);
  const seen = [[9, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0], [NaN, 1], [1, 2]];
  assert.ok(late.frames.apply({ ts: 3_500_000, symbols: ["A", "B"], trail: [1, 2] }, block(...seen)));
  for (const { prices } of [early, late]) {
    const lines = [...prices.values()].map(({ trail }) => trail.path(60, 10));
    assert.deepEqual(lines, ["M59.0 10.0L60.0 0.0", "M58.0 10.0L59.0 8.8L60.0 0.0"]);
  }
});

test("a minute that is told takes the place of what was known", () => {
  const { prices, frames } = made();
  frames.apply({ ts: 1_000_000, symbols: ["A"] }, one);
  frames.apply({ ts: 4_000_000, trail: [2, 3] }, block([9, 0, 0, 0, 0, 0], [5], [7]));
  assert.equal(prices.get("A").trail.path(60, 10), "M58.0 10.0L59.0 5.0L60.0 0.0");
});

test("a minute of other symbols asks for them", () => {
  const { frames } = made();
  frames.apply({ ts: 1, symbols: ["A"] }, one);
  assert.equal(frames.apply({ ts: 2, trail: [1] }, block([9, 0, 0, 0, 0, 0], [5, 6])), false);
});
