import assert from "node:assert/strict";
import { test } from "node:test";

import { Store } from "../../tradestream_nb/frontend/src/store.js";

const quotes = (symbols, ts = 1) => ({ type: "price_update", channel: "price_updates", ts, symbols });
const signal = (id) => ({ type: "signal", channel: "signals", ts: 1, id, symbol: "AAPL" });
const trade = (id) => ({ type: "trade_executed", channel: "trades", ts: 1, id, symbol: "AAPL" });

test("each message names the channel that changed", () => {
  const store = new Store();
  assert.equal(store.apply(quotes({ AAPL: { price: 1 } })), "price_updates");
  assert.equal(store.apply(signal("s1")), "signals");
  assert.equal(store.apply(trade("t1")), "trades");
  assert.equal(store.apply({ type: "portfolio_update", channel: "portfolio", data: { account: "U1" } }), "portfolio");
  assert.equal(store.apply({ type: "health", channel: "health", streams: {} }), "health");
});

test("what is unknown changes nothing", () => {
  const store = new Store();
  assert.equal(store.apply({ type: "from_the_future", channel: "signals", ts: 9 }), null);
  assert.equal(store.ts, 0);
});

test("an update changes its symbols and leaves the others", () => {
  const store = new Store();
  store.apply(quotes({ AAPL: { price: 1 }, MSFT: { price: 2 } }));
  store.apply(quotes({ AAPL: { price: 3 } }, 2_000_000));
  assert.deepEqual([...store.prices.values()].map(({ symbol, price }) => [symbol, price]), [["AAPL", 3], ["MSFT", 2]]);
  assert.equal(store.prices.get("AAPL").trail.direction, 1);
});

test("the newest signal comes first and five hundred are kept", () => {
  const store = new Store();
  for (let id = 0; id < 600; id += 1) store.apply(signal(`s${id}`));
  assert.equal(store.signals.length, 500);
  assert.deepEqual([store.signals[0].id, store.signals.at(-1).id], ["s599", "s100"]);
});

test("a trade that is told twice is counted once", () => {
  const store = new Store();
  store.apply(trade("t1"));
  assert.equal(store.apply({ ...trade("t1"), snapshot: true }), null);
  assert.equal(store.trades.length, 1);
});

test("a signal of another run is another signal, though its number is the same", () => {
  const store = new Store();
  store.apply({ type: "welcome", epoch: "one" });
  store.apply(signal("signals:1"));
  store.apply({ type: "welcome", epoch: "two" });
  store.apply(signal("signals:1"));
  assert.equal(store.signals.length, 2);
  assert.equal(new Set(store.signals.map(({ key }) => key)).size, 2);
});

test("accounts and streams are kept apart by name", () => {
  const store = new Store();
  const portfolio = (account) => ({ type: "portfolio_update", channel: "portfolio", data: { account } });
  for (const account of ["U1", "U2", "U1"]) store.apply(portfolio(account));
  store.apply({ type: "health", channel: "health", streams: { a: { state: "ok" }, b: { state: "ok" } } });
  store.apply({ type: "health", channel: "health", streams: { b: { state: "stale" } } });
  assert.deepEqual([...store.accounts.keys()], ["U1", "U2"]);
  assert.deepEqual([...store.streams.values()].map(({ name, state }) => `${name} ${state}`), ["a ok", "b stale"]);
});

test("another run of the server replaces what is and keeps what has happened", () => {
  const store = new Store();
  store.apply({ type: "welcome", epoch: "one" });
  store.apply(quotes({ AAPL: { price: 1 } }));
  store.apply(trade("t1"));
  store.apply({ type: "welcome", epoch: "one" });
  assert.equal(store.prices.size, 1);
  store.apply({ type: "welcome", epoch: "two" });
  assert.equal(store.prices.size, 0);
  assert.equal(store.trades.length, 1);
});

test("time never runs backwards", () => {
  const store = new Store();
  store.apply(quotes({}, 50));
  store.apply(quotes({}, 40));
  assert.equal(store.ts, 50);
});
