/** The dashboard: a connection, a store, and a panel for each thing in it. */

import { Client } from "../src/client.js";
import { ConnectionBadge } from "../src/connection-badge.js";
import * as format from "../src/format.js";
import { HealthPanel } from "../src/panels/health.js";
import { PositionsPanel } from "../src/panels/positions.js";
import { PricesPanel } from "../src/panels/prices.js";
import { SignalsPanel } from "../src/panels/signals.js";
import { TradesPanel } from "../src/panels/trades.js";
import { Store } from "../src/store.js";
import { themeSwitch } from "../src/theme-switch.js";

const store = new Store();
const badge = new ConnectionBadge();
const clock = document.querySelector(".clock time");
const health = new HealthPanel();
const panels = {
  price_updates: new PricesPanel(),
  signals: new SignalsPanel(),
  portfolio: new PositionsPanel(),
  trades: new TradesPanel(),
  health,
};
/** The streams' clock minus this computer's, in µs; a replay's clock is the data's. */
let skew = 0;

const client = new Client(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`, {
  state: (state, detail) => badge.show(state, detail),
  message: (message) => {
    const channel = store.apply(message);
    if (message.type === "welcome") begin(message);
    skew = Math.max(skew, store.ts - local());
    panels[channel]?.show(store, now());
    clock.textContent = format.time(store.ts || null);
  },
});

function begin({ server_time: time }) {
  skew = time - local();
  for (const panel of Object.values(panels)) panel.show(store, now());
}

function now() {
  return local() + skew;
}

function local() {
  return Date.now() * 1000;
}

themeSwitch(document.querySelector(".theme"));
setInterval(() => health.show(store, now()), 1000);
addEventListener("online", () => client.retry());
client.start();
