import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Client } from "../../tradestream_nb/frontend/src/client.js";

let sockets, states, messages;

class Socket {
  sent = [];
  closed = false;

  constructor() {
    sockets.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  drops(code = 1006) {
    this.onclose({ code, reason: "" });
  }
}

const welcome = { type: "welcome", v: 1, epoch: "one", heartbeat_ms: 1000 };

function started() {
  const listener = { message: (message) => messages.push(message.type), state: (state) => states.push(state) };
  const client = new Client("ws://test/ws", listener, { connect: () => new Socket(), random: () => 1 });
  client.start();
  return client;
}

beforeEach(() => {
  [sockets, states, messages] = [[], [], []];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a fresh connection asks for everything and some history", () => {
  started();
  sockets[0].says(welcome);
  const channels = ["price_updates", "signals", "portfolio", "trades", "health"];
  assert.deepEqual(sockets[0].sent, [{ type: "subscribe", id: 1, channels, symbols: "*", history: 50 }]);
  assert.deepEqual(states, ["connecting", "open"]);
});

test("only what the server offers is asked for", () => {
  started();
  sockets[0].says({ ...welcome, channels: ["health", "trades", "my_own"] });
  assert.deepEqual(sockets[0].sent[0].channels, ["trades", "health"]);
});

test("a lost connection is resumed after the last signal and trade", () => {
  started();
  sockets[0].says(welcome);
  sockets[0].says({ type: "signal", channel: "signals", seq: 12 });
  sockets[0].says({ type: "trade_executed", channel: "trades", seq: 3 });
  sockets[0].says({ type: "price_update", channel: "price_updates", seq: 900 });
  sockets[0].drops();
  mock.timers.tick(1000);
  sockets[1].says(welcome);
  assert.deepEqual(sockets[1].sent[0].since, { epoch: "one", seq: { signals: 12, trades: 3 } });
  assert.deepEqual(states, ["connecting", "open", "reconnecting", "open"]);
});

test("another run of the server is not asked to resume", () => {
  started();
  sockets[0].says(welcome);
  sockets[0].says({ type: "signal", channel: "signals", seq: 12 });
  sockets[0].drops();
  mock.timers.tick(1000);
  sockets[1].says({ ...welcome, epoch: "two" });
  assert.equal(sockets[1].sent[0].since, undefined);
});

test("should the server be unable to resume, it is to send the latest", () => {
  started();
  sockets[0].says(welcome);
  sockets[0].says({ type: "signal", channel: "signals", seq: 12 });
  sockets[0].drops();
  mock.timers.tick(1000);
  sockets[1].says(welcome);
  assert.equal(sockets[1].sent[0].history, 50);
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
  started();
  sockets[0].says(welcome);
  mock.timers.tick(2400);
  sockets[0].says({ type: "heartbeat" });
  mock.timers.tick(2400);
  assert.equal(states.at(-1), "open");
  mock.timers.tick(100);
  assert.equal(states.at(-1), "reconnecting");
  assert.ok(sockets[0].closed);
});

test("a server that says when it will be back is taken at its word", () => {
  started();
  sockets[0].says(welcome);
  sockets[0].says({ type: "shutdown", reconnect_after_ms: 5000 });
  sockets[0].drops(1012);
  mock.timers.tick(4999);
  assert.equal(sockets.length, 1);
  mock.timers.tick(5001);
  assert.equal(sockets.length, 2);
});

test("a final refusal is not argued with, any other is", () => {
  for (const [code, state] of [[4401, "closed"], [4403, "closed"], [4508, "reconnecting"], [1012, "reconnecting"]]) {
    started();
    sockets.at(-1).drops(code);
    assert.equal(states.at(-1), state, String(code));
  }
});

test("unknown types are passed on and broken frames ignored", () => {
  started();
  sockets[0].says({ type: "from_the_future" });
  sockets[0].onmessage({ data: "{" });
  sockets[0].onmessage({ data: "null" });
  assert.deepEqual(messages, ["from_the_future"]);
});

test("a stopped client stays stopped", () => {
  const client = started();
  client.stop();
  mock.timers.tick(1_000_000);
  assert.equal(sockets.length, 1);
  assert.ok(sockets[0].closed);
  assert.equal(client.state, "closed");
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
