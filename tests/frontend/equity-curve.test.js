import assert from "node:assert/strict";
import { test } from "node:test";

import { EquityPoints, MOST } from "../../tradestream_nb/frontend/src/equity-curve.js";

function points(...pairs) {
  const made = new EquityPoints();
  for (const [ts, equity] of pairs) made.push(ts, equity);
  return made;
}

test("time goes to the right and equity up", () => {
  const { line, base } = points([10, 100], [20, 300], [50, 200]).corners(80, 10);
  assert.deepEqual(line, [[0, 10], [20, 0], [80, 5]]);
  assert.equal(base, 10);
});

test("equity that never moves is a line through the middle", () => {
  assert.deepEqual(points([1, 5], [2, 5]).corners(10, 10), { line: [[0, 5], [10, 5]], base: 5 });
});

test("what comes takes the place of what is not older, as when a replay goes back", () => {
  const one = points([1, 5], [2, 6], [2, 7]);
  assert.deepEqual([one.length, one.last], [2, { ts: 2, equity: 7 }]);
  const back = points([1, 5], [2, 6], [3, 7], [4, 7], [2, 8], [3, 9]);
  assert.deepEqual([back.length, back.last], [3, { ts: 3, equity: 9 }]);
});

test("equity that nobody states is left out", () => {
  assert.equal(points([1, null], [2, undefined], [3, NaN]).length, 0);
});

test("however long it runs, a bounded number of points spans all of it", () => {
  const long = new EquityPoints();
  for (let ts = 0; ts < 10 * MOST; ts += 1) {
    long.push(ts, ts);
    assert.ok(long.length <= MOST);
    assert.deepEqual([long.first.ts, long.last.ts], [0, ts]);
  }
  assert.ok(long.length >= MOST / 2);
});
