import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Flashes } from "../../tradestream_nb/frontend/src/flashes.js";

const element = () => ({ dataset: {} });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("what is lit goes out by itself, news later than moves", () => {
  const [flashes, move, news] = [new Flashes(), element(), element()];
  flashes.light(move, "up");
  flashes.light(news, "fresh");
  mock.timers.tick(400);
  assert.deepEqual([move.dataset.flash, news.dataset.flash], ["up", "fresh"]);
  mock.timers.tick(400);
  assert.deepEqual([move.dataset, news.dataset.flash], [{}, "fresh"]);
  mock.timers.tick(1000);
  assert.deepEqual(news.dataset, {});
});

test("what moves on stays lit, in its newest direction", () => {
  const [flashes, move] = [new Flashes(), element()];
  for (const kind of ["up", "up", "down", "down"]) {
    flashes.light(move, kind);
    mock.timers.tick(500);
    assert.equal(move.dataset.flash, kind);
  }
  mock.timers.tick(1000);
  assert.deepEqual(move.dataset, {});
});

test("calmed it is out at once, and nothing wakes up while all is out", () => {
  const [flashes, move] = [new Flashes(), element()];
  flashes.light(move, "up");
  flashes.calm(move);
  assert.deepEqual(move.dataset, {});
  mock.timers.tick(1000);
  const waits = mock.method(globalThis, "setTimeout");
  flashes.calm(move);
  mock.timers.tick(10_000);
  assert.equal(waits.mock.callCount(), 0);
});

test("closed it lets go of its timer", () => {
  const [flashes, move] = [new Flashes(), element()];
  flashes.light(move, "up");
  flashes.close();
  mock.timers.tick(10_000);
  assert.equal(move.dataset.flash, "up");
});
