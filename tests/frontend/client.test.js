import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Client } from "../../tradestream_nb/frontend/src/client.js";
import { Socket } from "./socket.js";

let sockets, states, messages;

const welcome = { type: "welcome", v: 1, epoch: "one", heartbeat_ms: 1000 };
const EVERYTHING = ["price_updates", "signals", "portfolio", "trades", "health"];

function started(options = {}) {
  const listener = { message: (message) => messages.push(message), state: (state) => states.push(state) };
  const connect = (url, protocols) => sockets[sockets.push(new Socket(url, protocols)) - 1];
  const client = new Client("ws://test/ws", listener, { connect, random: () => 1, ...options });
  client.start();
  return client;
}

/** A client that has everything it asked for. */
function settled(options) {
  const client = started(options);
  sockets[0].says(welcome);
  sockets[0].grants();
  return client;
}

/** The next connection of a client that has lost one. */
function back(greeting = welcome, delay = 1000) {
  sockets.at(-1).drops();
  mock.timers.tick(delay);
  sockets.at(-1).says(greeting);
  return sockets.at(-1);
}

function told(type) {
  return messages.filter((message) => message.type === type);
}

beforeEach(() => {
  [sockets, states, messages] = [[], [], []];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a fresh connection asks for everything, and some history of what has any", () => {
  settled();
  assert.deepEqual(sockets[0].sent.map(({ channel }) => channel), EVERYTHING);
  assert.deepEqual(sockets[0].sent[1], { type: "subscribe", channel: "signals", symbols: "*", history: 50, id: 2 });
  assert.equal(sockets[0].sent[0].history, undefined);
  assert.deepEqual(states, ["connecting", "open"]);
});

test("only what the server offers is asked for", () => {
  started();
  sockets[0].says({ ...welcome, channels: ["health", "trades", "my_own"] });
  sockets[0].grants();
  assert.deepEqual(sockets[0].sent.map(({ channel }) => channel), ["trades", "health"]);
});

test("a lost connection is resumed after the last signal and trade, and states are not", () => {
  settled();
  sockets[0].says({ type: "signal", channel: "signals", seq: 12 });
  sockets[0].says({ type: "trade_executed", channel: "trades", seq: 3 });
  sockets[0].says({ type: "price_update", channel: "price_updates", seq: 900 });
  back().grants();
  const since = Object.fromEntries(sockets[1].sent.map(({ channel, since }) => [channel, since?.seq]));
  assert.deepEqual(since, { price_updates: undefined, signals: 12, portfolio: undefined, trades: 3, health: undefined });
  assert.deepEqual(states, ["connecting", "open", "reconnecting", "open"]);
  assert.deepEqual(told("gap"), []);
});

test("a heartbeat tells how far a quiet channel has come", () => {
  settled();
  sockets[0].says({ type: "heartbeat", seq: { signals: 7, price_updates: 3 } });
  back().grants();
  assert.deepEqual(sockets[1].sent[1].since, { epoch: "one", seq: 7 });
});

test("what a server no longer has is told as a gap, and the latest asked for", () => {
  settled();
  sockets[0].says({ type: "signal", channel: "signals", seq: 12 });
  back().grants((channel) => (channel === "signals" ? { recovered: false, seq: { signals: 1500 } } : {}));
  assert.equal(sockets[1].sent[1].history, 50);
  const [after, until] = [{ epoch: "one", seq: 12 }, { epoch: "one", seq: 1500 }];
  assert.deepEqual(told("gap"), [{ type: "gap", channel: "signals", after, until }]);
});

test("another run of the server is read from its beginning, after a gap", () => {
  settled();
  sockets[0].says({ type: "signal", channel: "signals", seq: 12 });
  back({ ...welcome, epoch: "two" }).grants(() => ({ epoch: "two", seq: { signals: 0 } }));
  assert.deepEqual(sockets[1].sent[1].since, { epoch: "two", seq: 0 });
  assert.deepEqual(told("gap")[0].until, { epoch: "two", seq: 0 });
});

test("nothing of a channel counts that comes before it is resumed", () => {
  settled();
  sockets[0].says({ type: "signal", channel: "signals", seq: 12 });
  back().says({ type: "signal", channel: "signals", seq: 14 });
  assert.deepEqual(told("signal").map(({ seq }) => seq), [12]);
  sockets[1].grants();
  for (const seq of [13, 14]) sockets[1].says({ type: "signal", channel: "signals", seq });
  assert.deepEqual(told("signal").map(({ seq }) => seq), [12, 13, 14]);
});

test("many symbols are restored in requests of two hundred", () => {
  const names = Array.from({ length: 450 }, (_, number) => `S${number}`);
  settled({ channels: [] }).subscribe("signals", { symbols: names });
  sockets[0].grants(() => ({ seq: { signals: 4 } }));
  back().grants();
  assert.deepEqual(sockets[1].sent.map(({ symbols, since }) => [symbols.length, since?.seq]), [
    [200, undefined],
    [200, undefined],
    [50, 4],
  ]);
});

test("a subscription is changed while it runs, and restored as it was last", async () => {
  const client = settled({ channels: [] });
  const asked = [
    client.subscribe(["price_updates", "trades"], { symbols: ["AAPL"], maxHz: 4 }),
    client.unsubscribe("trades"),
    client.configure({ maxHz: 2, channels: "price_updates" }),
  ];
  sockets[0].grants();
  const [, , last] = await Promise.all(asked);
  assert.deepEqual([last.subscriptions, last.max_hz], [{ price_updates: ["AAPL"] }, { price_updates: 2 }]);
  back().grants();
  const [{ id, ...restored }] = sockets[1].sent;
  assert.deepEqual(restored, { type: "subscribe", channel: "price_updates", symbols: ["AAPL"], max_hz: 2 });
});

test("a request that is refused says why", async () => {
  const client = settled();
  const asking = client.subscribe("nowhere");
  sockets[0].refuses({ code: "unknown_channel", error: "unknown channel" });
  await assert.rejects(asking, { message: "unknown channel", code: "unknown_channel" });
});

test("a request outlives its connection", async () => {
  const client = settled();
  const asking = client.list();
  back().grants();
  assert.equal((await asking).type, "subscriptions");
});

test("a refusal for the moment is asked again when the server said", () => {
  started({ channels: ["signals"] });
  sockets[0].says(welcome);
  sockets[0].refuses({ code: "rate_limited", temporary: true, retry_after_ms: 300 });
  mock.timers.tick(299);
  assert.equal(sockets[0].sent.length, 1);
  mock.timers.tick(1);
  assert.deepEqual(sockets[0].sent[1], sockets[0].sent[0]);
});

test("what cannot be restored is left", () => {
  settled({ channels: ["signals", "trades"] });
  back().refuses({ code: "unknown_channel" });
  sockets[1].grants();
  assert.deepEqual(back().sent.map(({ channel }) => channel), ["trades"]);
});

test("waits grow until a welcome, not until a mere connection", () => {
  started();
  for (const wait of [1000, 2000, 4000]) {
    const before = sockets.length;
    sockets.at(-1).drops();
    mock.timers.tick(wait - 1);
    assert.equal(sockets.length, before);
    mock.timers.tick(1);
    assert.equal(sockets.length, before + 1);
  }
  sockets.at(-1).says(welcome);
  sockets.at(-1).drops();
  mock.timers.tick(1000);
  assert.equal(sockets.length, 5);
});

test("silence for two and a half heartbeats is a lost connection", () => {
  settled();
  mock.timers.tick(2400);
  sockets[0].says({ type: "heartbeat" });
  mock.timers.tick(2400);
  assert.equal(states.at(-1), "open");
  mock.timers.tick(100);
  assert.equal(states.at(-1), "reconnecting");
  assert.ok(sockets[0].closed);
});

test("a server that says when it will be back is taken at its word", () => {
  settled();
  sockets[0].says({ type: "shutdown", reconnect_after_ms: 5000 });
  sockets[0].drops(1012);
  mock.timers.tick(4999);
  assert.equal(sockets.length, 1);
  mock.timers.tick(2501);
  assert.equal(sockets.length, 2);
});

test("a final refusal is not argued with, any other is", () => {
  for (const code of [4400, 4401, 4403, 4406, 4413, 4408, 4429, 4503, 4508, 1006, 1012]) {
    started();
    sockets.at(-1).drops(code);
    const final = [4400, 4401, 4403, 4406, 4413].includes(code);
    assert.equal(states.at(-1), final ? "closed" : "reconnecting", String(code));
  }
});

test("a final refusal ends what waits for an answer", async () => {
  const asking = settled().list();
  sockets[0].drops(4403, "not for you");
  await assert.rejects(asking, /not for you/);
});

test("a token is offered beside the protocol, and said aloud where that fails without a word", () => {
  started({ token: "clé/1?" });
  assert.deepEqual(sockets[0].protocols, ["tradestream.v1.json", "tradestream.bearer.Y2zDqS8xPw"]);
  sockets[0].drops();
  mock.timers.tick(1000);
  assert.deepEqual(sockets[1].protocols, ["tradestream.v1.json"]);
  sockets[1].says({ ...welcome, auth: "required" });
  assert.deepEqual(sockets[1].sent, [{ type: "auth", token: "clé/1?", id: 1 }]);
  assert.equal(states.at(-1), "reconnecting");
  sockets[1].says({ type: "authenticated", name: "desk", channels: ["trades"], id: 1 });
  assert.deepEqual(sockets[1].sent[1].channel, "trades");
  assert.equal(states.at(-1), "open");
});

test("without the token that is wanted there is no use in trying", () => {
  started();
  sockets[0].says({ ...welcome, auth: "required" });
  assert.equal(states.at(-1), "closed");
});

test("unknown types are passed on and broken frames ignored", () => {
  started();
  sockets[0].says({ type: "from_the_future" });
  sockets[0].onmessage({ data: "{" });
  sockets[0].onmessage({ data: "null" });
  assert.deepEqual(messages, [{ type: "from_the_future" }]);
});

test("a stopped client stays stopped", async () => {
  const client = settled();
  client.stop();
  mock.timers.tick(1_000_000);
  assert.equal(sockets.length, 1);
  assert.ok(sockets[0].closed);
  assert.equal(client.state, "closed");
  await assert.rejects(client.list(), /not started/);
});

test("a page that comes back to life need not wait", () => {
  const client = started();
  client.retry();
  assert.equal(sockets.length, 1);
  sockets[0].drops();
  client.retry();
  assert.equal(sockets.length, 2);
  mock.timers.tick(1000);
  assert.equal(sockets.length, 2);
});
