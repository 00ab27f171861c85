import assert from "node:assert/strict";
import { test } from "node:test";

import * as format from "../../tradestream_nb/frontend/src/format.js";

test("whatever is missing becomes a dash", () => {
  const { price, change, percent, share, volume, count, quantity, money, profit, time, age } = format;
  for (const show of [price, change, percent, share, volume, count, quantity, money, profit, time, age]) {
    for (const missing of [null, undefined, NaN]) assert.equal(show(missing), "—", show.name);
  }
});

test("a price has enough decimals to see an ordinary move", () => {
  assert.equal(format.price(63360.5), "63,360.50");
  assert.equal(format.price(231.505), "231.51");
  assert.equal(format.price(1.0837), "1.0837");
  assert.equal(format.price(0.000012), "0.00001200");
  assert.equal(format.price(0), "0.00");
  assert.equal(format.price(-37.63), "−37.63");
});

test("a move shows its sign and the decimals of its price", () => {
  assert.equal(format.change(1.5, 231), "+1.50");
  assert.equal(format.change(-0.0004, 1.0837), "−0.0004");
  assert.equal(format.percent(-1.234), "−1.23 %");
  assert.equal(format.profit(-7965.7), "−7,965.70");
});

test("what rounds to zero claims neither a gain nor a loss", () => {
  assert.equal(format.percent(-0.001), "0.00 %");
  assert.equal(format.profit(0.004), "0.00");
  assert.equal(format.change(-0), "0.00");
});

test("large counts are short, quantities are exact", () => {
  assert.equal(format.volume(6_640_000), "6.64M");
  assert.equal(format.count(15_600), "15,600");
  assert.equal(format.quantity(-150), "−150");
  assert.equal(format.quantity(0.0125), "0.0125");
  assert.equal(format.share(0.875), "88 %");
});

test("a time of day needs two digits each", () => {
  assert.match(format.time(1_767_623_400_250_000), /^\d\d:\d\d:\d\d$/);
});

test("an age is told in its largest unit", () => {
  const seconds = { "-5": "now", 0: "now", 1.9: "1 s", 59: "59 s", 60: "1 min", 3600: "1 h", 200_000: "2 d" };
  for (const [span, text] of Object.entries(seconds)) assert.equal(format.age(Number(span) * 1e6), text);
});
