import assert from "node:assert/strict";
import { test } from "node:test";

import { SECONDS, Trail } from "../../tradestream_nb/frontend/src/trail.js";

const SECOND = 1_000_000;

function trail(...prices) {
  const made = new Trail();
  prices.forEach((price, second) => made.push(second * SECOND, price));
  return made;
}

test("one point draws nothing", () => {
  assert.equal(trail(5).path(60, 10), "");
});

test("the newest price is at the right edge, the highest at the top", () => {
  assert.equal(trail(1, 3, 2).path(60, 10), "M58.0 10.0L59.0 0.0L60.0 5.0");
});

test("a flat price is a line through the middle", () => {
  assert.equal(trail(7, 7).path(60, 10), "M59.0 5.0L60.0 5.0");
});

test("the last price of a second stands for it", () => {
  const one = trail(1, 2);
  one.push(1.4 * SECOND, 4);
  assert.equal(one.path(60, 10), trail(1, 4).path(60, 10));
});

test("a minute is kept, and the line always reaches the left edge", () => {
  const long = trail(...Array.from({ length: 500 }, (_, second) => second));
  assert.equal(long.path(60, 10).split("L").length, SECONDS + 1);
  assert.ok(long.path(60, 10).startsWith("M0.0 10.0L"));
  const quiet = trail(1, 2);
  quiet.push(1000 * SECOND, 3);
  assert.ok(quiet.path(60, 10).startsWith("M0.0 "));
});

test("the version changes only when the line does", () => {
  const one = trail(1, 2);
  const { version } = one;
  one.push(SECOND, 2);
  assert.equal(one.version, version);
  one.push(SECOND, 3);
  assert.notEqual(one.version, version);
});

test("the direction is that of the whole minute", () => {
  assert.equal(trail(2, 5, 3).direction, 1);
  assert.equal(trail(3, 9, 2).direction, -1);
  assert.equal(trail(3, 9, 3).direction, 0);
  assert.equal(new Trail().direction, 0);
});

test("a replay that has gone back goes on from there", () => {
  const one = trail(1, 2, 9, 9);
  one.push(2 * SECOND, 3);
  assert.equal(one.path(60, 10), trail(1, 2, 3).path(60, 10));
  one.push(0, 5);
  assert.equal(one.path(60, 10), "");
  const { version } = trail(1, 2);
  const back = trail(1, 2);
  back.push(0, 1);
  assert.notEqual(back.version, version);
});
