import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff } from "../../tradestream_nb/frontend/src/backoff.js";

function first(count, random) {
  const delays = backoff(random);
  return Array.from({ length: count }, () => delays.next().value);
}

test("the longest wait doubles up to thirty seconds", () => {
  assert.deepEqual(first(7, () => 1), [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
});

test("the shortest wait is none", () => {
  assert.deepEqual(first(7, () => 0), Array(7).fill(0));
});

test("waits differ between clients that were cut off together", () => {
  assert.notDeepEqual(first(5), first(5));
});
