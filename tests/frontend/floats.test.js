import assert from "node:assert/strict";
import { test } from "node:test";

import { floats } from "../../tradestream_nb/frontend/src/floats.js";

test("numbers are read wherever in a larger buffer they begin, and nothing behind them is", () => {
  const bytes = new Uint8Array(3 + 16 + 8);
  bytes.set(new Uint8Array(Float64Array.of(1.5, -2).buffer), 3);
  assert.deepEqual([...floats(new DataView(bytes.buffer, 3, 16))], [1.5, -2]);
});

test("what is read does not change with the buffer", () => {
  const sent = Float64Array.of(1);
  const values = floats(new DataView(sent.buffer));
  sent[0] = 2;
  assert.deepEqual([...values], [1]);
});
