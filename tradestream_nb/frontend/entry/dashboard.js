/** The dashboard: a connection, a store, and a panel for each thing in it. */

import { Client, UNAUTHORIZED } from "../src/client.js";
import { ConnectionBadge } from "../src/connection-badge.js";
import * as format from "../src/format.js";
import { CHANNELS, Panels } from "../src/panels.js";
import { Store } from "../src/store.js";
import { StreamClock } from "../src/stream-clock.js";
import { themeSwitch } from "../src/theme-switch.js";
import { TokenGate } from "../src/token-gate.js";

const store = new Store();
const clock = new StreamClock();
const badge = new ConnectionBadge();
const newest = document.querySelector(".clock time");
const panels = new Panels(document.querySelector("main"), CHANNELS, store, clock);

const gate = new TokenGate(document.querySelector("dialog"));
let client;

function connect() {
  const url = new URL("ws", location.href.replace(/^http/, "ws"));
  client = new Client(url, { state, message }, { token: gate.token });
  client.start();
}

function state(state, detail, code) {
  badge.show(state, detail);
  if (code === UNAUTHORIZED) gate.ask(detail, connect);
}

function message(message) {
  const channel = store.apply(message);
  if (message.type === "welcome") begin(message);
  clock.hear(store.ts);
  if (channel) panels.show([channel]);
  newest.textContent = format.time(store.ts || null);
}

function begin({ server_time: time }) {
  clock.now = time;
  panels.show();
}

themeSwitch(document.querySelector(".theme"));
addEventListener("online", () => client.retry());
connect();
