import assert from "node:assert/strict";
import { test } from "node:test";

import { StoreFrames } from "../../tradestream_nb/frontend/src/store-frames.js";
import { Store } from "../../tradestream_nb/frontend/src/store.js";

const NOTHING = new DataView(new ArrayBuffer(0));

function rows(...prices) {
  return new DataView(Float64Array.from(prices.flatMap((price) => [price, 0, 0, 0, 0, 0])).buffer);
}

/** The messages as the kernel sends them, in a buffer that begins at an odd place. */
function messages(...all) {
  const bytes = new TextEncoder().encode(JSON.stringify(all));
  const padded = new Uint8Array(bytes.length + 3);
  padded.set(bytes, 3);
  return new DataView(padded.buffer, 3);
}

function made() {
  const store = new Store();
  return { store, frames: new StoreFrames(store) };
}

const signal = (seq) => ({ type: "signal", channel: "signals", ts: seq, id: `signals:${seq}`, symbol: "ÆSOP" });
const trade = (id) => ({ type: "trade_executed", channel: "trades", ts: 1, id });

test("prices and messages of one frame are in the store", () => {
  const { store, frames } = made();
  const changed = frames.apply({ ts: 9, symbols: ["A"] }, [rows(5), messages(signal(1), trade("t1"))]);
  assert.deepEqual([...changed], ["price_updates", "signals", "trades"]);
  assert.equal(store.prices.get("A").price, 5);
  assert.equal(store.signals[0].symbol, "ÆSOP");
  assert.equal(store.ts, 9);
});

test("a frame without prices leaves them alone", () => {
  const { store, frames } = made();
  frames.apply({ ts: 9, symbols: ["A"] }, [rows(5), NOTHING]);
  assert.deepEqual([...frames.apply({}, [NOTHING, messages(signal(1))])], ["signals"]);
  assert.equal(store.prices.size, 1);
});

test("a frame of no symbols is a frame all the same", () => {
  assert.deepEqual([...made().frames.apply({ ts: 0, symbols: [] }, [NOTHING, NOTHING])], ["price_updates"]);
});

test("prices without their symbols ask for them", () => {
  assert.equal(made().frames.apply({ ts: 9 }, [rows(5), messages(signal(1))]), null);
});

test("equity of the time before is in the store until it is told anew", () => {
  const { store, frames } = made();
  assert.equal(store.equity, null);
  assert.deepEqual([...frames.apply({ equity: [[1, 100], [2, 90]] }, [NOTHING, NOTHING])], ["portfolio"]);
  assert.deepEqual([...frames.apply({}, [NOTHING, NOTHING])], []);
  assert.deepEqual(store.equity, [[1, 100], [2, 90]]);
  frames.apply({ equity: [] }, [NOTHING, NOTHING]);
  assert.deepEqual(store.equity, []);
});

test("everything told again shows once, the newest first", () => {
  const { store, frames } = made();
  frames.apply({}, [NOTHING, messages(signal(1), signal(2))]);
  frames.apply({}, [NOTHING, messages(signal(1), signal(2), signal(3))]);
  assert.deepEqual(store.signals.map(({ ts }) => ts), [3, 2, 1]);
});
