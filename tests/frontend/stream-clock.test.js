import assert from "node:assert/strict";
import { test } from "node:test";

import { StreamClock } from "../../tradestream_nb/frontend/src/stream-clock.js";

test("until it is set it is the computer's", () => {
  assert.equal(new StreamClock(() => 7).now, 7);
});

test("it goes on from where it was set", () => {
  let local = 1000;
  const clock = new StreamClock(() => local);
  clock.now = 50;
  local += 3;
  assert.equal(clock.now, 53);
});

test("it is never behind what was heard, and never turned back by it", () => {
  const clock = new StreamClock(() => 1000);
  clock.hear(1500);
  assert.equal(clock.now, 1500);
  clock.hear(1200);
  assert.equal(clock.now, 1500);
});
