/** The panels of some channels, drawn from one store. */

import { HealthPanel } from "./panels/health.js";
import { PositionsPanel } from "./panels/positions.js";
import { PricesPanel } from "./panels/prices.js";
import { SignalsPanel } from "./panels/signals.js";
import { TradesPanel } from "./panels/trades.js";

const KINDS = {
  price_updates: PricesPanel,
  portfolio: PositionsPanel,
  signals: SignalsPanel,
  trades: TradesPanel,
  health: HealthPanel,
};
export const CHANNELS = Object.keys(KINDS);
/** How often, in ms, ages grow while nothing arrives. */
const TICK = 1000;

export class Panels {
  #panels;
  #store;
  #clock;
  #timer;

  /** `clock` is a StreamClock; `options` are further ones of the tables, by channel. */
  constructor(parent, channels, store, clock, options = {}) {
    this.#store = store;
    this.#clock = clock;
    this.#panels = new Map(channels.map((channel) => [channel, new KINDS[channel](parent, options[channel])]));
    if (this.#panels.has("health")) this.#timer = setInterval(() => this.show(["health"]), TICK);
  }

  /** Draws what is in the store of these channels, by default of all. */
  show(channels = this.#panels.keys()) {
    for (const channel of channels) this.#panels.get(channel)?.show(this.#store, this.#clock.now);
  }

  close() {
    clearInterval(this.#timer);
    for (const panel of this.#panels.values()) panel.close();
  }
}
