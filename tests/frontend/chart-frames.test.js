import assert from "node:assert/strict";
import { test } from "node:test";

import { ChartFrames } from "../../tradestream_nb/frontend/src/chart-frames.js";

const SECOND = 1_000_000;

/** Bars ending at these seconds, each [end, close], as rows in a buffer that begins at an odd place. */
function block(...bars) {
  const rows = bars.map(([end, close]) => [end * SECOND, close + 1, close + 2, close + 3, close, 7]);
  const bytes = new Uint8Array(Float64Array.from(rows.flat()).buffer);
  const padded = new Uint8Array(bytes.length + 3);
  padded.set(bytes, 3);
  return new DataView(padded.buffer, 3);
}

function frame(more) {
  return { full: false, symbol: "ACME", seconds: 5, first: 5 * SECOND, after: 10 * SECOND, ...more };
}

function begun(...marks) {
  const frames = new ChartFrames();
  const changed = frames.apply(frame({ full: true, after: 0, marks }), block([5, 50], [10, 60], [15, 70]));
  return { frames, changed };
}

const closes = (frames) => frames.bars.map(({ time, close }) => [time, close]);

test("rows become bars that stand at their own time", () => {
  const { frames, changed } = begun();
  const [first] = frames.bars;
  assert.deepEqual(first, { ts: 5 * SECOND, time: 5, open: 51, high: 52, low: 53, close: 50, volume: 7 });
  assert.deepEqual(closes(frames), [[5, 50], [10, 60], [15, 70]]);
  assert.equal(changed.whole, true);
  assert.equal(frames.symbol, "ACME");
});

test("the forming bar is replaced, and only it is drawn", () => {
  const { frames } = begun();
  const { tail, whole, marked } = frames.apply(frame(), block([15, 71]));
  assert.deepEqual(closes(frames), [[5, 50], [10, 60], [15, 71]]);
  assert.deepEqual([tail.length, whole, marked], [1, false, false]);
});

test("a bar that is complete is followed by the next that forms", () => {
  const { frames } = begun();
  const { tail, whole } = frames.apply(frame(), block([15, 72], [20, 80]));
  assert.deepEqual(closes(frames), [[5, 50], [10, 60], [15, 72], [20, 80]]);
  assert.deepEqual([tail.length, whole], [2, false]);
});

test("bars that fall off the far end are drawn away", () => {
  const { frames } = begun();
  const { whole } = frames.apply(frame({ first: 10 * SECOND }), block([15, 72], [20, 80]));
  assert.deepEqual(closes(frames), [[10, 60], [15, 72], [20, 80]]);
  assert.equal(whole, true);
});

test("a forming bar that never came to an end is drawn away", () => {
  const { frames } = begun();
  assert.equal(frames.apply(frame(), block()).whole, true);
  assert.deepEqual(closes(frames), [[5, 50], [10, 60]]);
  assert.equal(begun().frames.apply(frame(), block([12, 1])).whole, true);
});

test("a mark stands on the bar within whose time it happened", () => {
  const at = (second) => ({ ts: second * SECOND, kind: "fill" });
  const { frames, changed } = begun(at(0), at(0.1), at(5), at(5.1), at(99));
  assert.deepEqual(frames.marks.map(({ bar }) => bar.time), [5, 5, 10, 15]);
  assert.equal(changed.marked, true);
});

test("marks stay until others are named, and stay on their bars", () => {
  const { frames } = begun({ ts: 6 * SECOND, kind: "signal" });
  assert.equal(frames.apply(frame(), block([15, 71])).marked, false);
  assert.equal(frames.marks.length, 1);
  assert.equal(frames.apply(frame({ first: 10 * SECOND }), block([15, 71])).marked, true);
  assert.equal(frames.marks[0].bar, frames.bars[0]);
  assert.equal(frames.apply(frame({ first: 10 * SECOND, marks: [] }), block([15, 71])).marked, true);
  assert.deepEqual(frames.marks, []);
});
